#include "lamina/text/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "arrow_files.h"
#include "error_text.h"
#include "lamina/text/corpus.h"
#include "lamina/text/held_out.h"
#include "parquet_file.h"
#include "shared_folder.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

class Documents : public testing::Test {
 protected:
  fs::path put(const std::string& name, std::string_view bytes) {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << bytes;
    return root() / name;
  }
  /// The message of the error for a file with this content, without the folder.
  std::string message(std::string_view line, const std::string& column = "text") {
    const fs::path file = put("a.jsonl", line);
    return error_text([&] { texts(file, column); }).substr(root().string().size() + 1);
  }
  static std::vector<std::string> texts(const fs::path& file, const std::string& column = "text") {
    std::vector<std::string> found;
    for_each_document(file, column, [&](RowDocument&& document) {
      found.push_back(document_text(file, column, std::move(document)));
    });
    return found;
  }
  std::vector<std::string> names(const fs::path& place, const std::string& pattern = "") {
    std::vector<std::string> result;
    for (const auto& file : choose_files(std::vector{place}, pattern).files) {
      result.push_back(file.name);
    }
    return result;
  }
  const fs::path& root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

TEST_F(Documents, AreTheTextColumnOfEachLine) {
  const fs::path file =
      put("a.jsonl", "{\"text\": \"one\", \"id\": 1}\n\n{\"text\": \"t\\u00e9\"}\n");
  EXPECT_THAT(texts(file), testing::ElementsAre("one", "t\xC3\xA9"));
  EXPECT_THAT(texts(put("b.json", "{\"body\": \"x\"}"), "body"), testing::ElementsAre("x"));
}

TEST_F(Documents, ErrorsNameLineAndReason) {
  EXPECT_EQ(message("{\"body\": \"x\", \"id\": 2}"),
            "a.jsonl:1: no column \"text\"; the columns are body, id");
  EXPECT_EQ(message("{\"text\": 3}"), "a.jsonl:1: column \"text\": got number; expected text");
  EXPECT_EQ(message("{\"text\": null}"), "a.jsonl:1: column \"text\": got null; expected text");
  EXPECT_EQ(message("{\"text\": \"\"}"), "a.jsonl:1: column \"text\" is empty");
  EXPECT_EQ(message("\n\n{\"text\": \"a\xC3\"}"), "a.jsonl:3: not UTF-8: byte 0xC3 at column 12");
  EXPECT_TRUE(message("{\"text\": \"a\"\n").starts_with("a.jsonl:1: not JSON: "));
}

TEST_F(Documents, OfColumnarFilesEqualThoseOfTheJsonLines) {
  const fs::path data = shared_folder() / "data";
  const fs::path pages = data / "formats/parquet_made_with_duckdb/wikitext_test_pages.zstd.parquet";
  if (!fs::exists(pages)) GTEST_SKIP() << pages << " is absent";
  EXPECT_EQ(texts(pages, "page"), texts(data / "wikitext/test_pages.jsonl", "page"));
  const fs::path sciq = data / "sciq/hf_save_to_disk/validation/data-00000-of-00001.arrow";
  EXPECT_EQ(texts(sciq, "question"), texts(data / "sciq/validation.jsonl", "question"));
  EXPECT_EQ(error_text([&] { texts(pages); }),
            pages.string() + ": no column \"text\", or more than one; the columns are page");
  const fs::path arc = data / "arc_easy/hf_save_to_disk/validation/data-00000-of-00001.arrow";
  EXPECT_TRUE(error_text([&] {
                texts(arc, "choices");
              }).starts_with(arc.string() + ": column \"choices\" has type struct<"));
}

TEST_F(Documents, ANullOfAColumnIsABadOneAndCounts) {
  const auto values = text_array({"one", {}, "three", "", {}});
  const fs::path arrow = root() / "a.arrow", parquet = root() / "a.parquet";
  write_arrow(arrow, "text", values, 2);
  write_parquet(parquet, "text", values, 2);
  write_arrow(root() / "saved/d.arrow", "text", values, 2);
  write_arrow_indices(root() / "saved/i.arrow", {0, 1, 2, 3, 4});
  const fs::path indexed =
      put("saved/state.json", R"({"_data_files": [{"filename": "d.arrow"}],)"
                              R"("_indices_data_files": [{"filename": "i.arrow"}]})");
  const std::string null = "column \"text\": got null; expected text";
  for (const fs::path& file : {arrow, parquet, indexed}) {
    std::vector<std::string> found;
    for_each_document(file, "text", [&](RowDocument&& document) {
      const std::string place = document_location(file, document) + ": ";
      std::string text;
      const std::string error =
          error_text([&] { text = document_text(file, "text", std::move(document)); });
      found.push_back(error.starts_with(place) ? error.substr(place.size()) : text);
    });
    EXPECT_THAT(found, testing::ElementsAre("one", null, "three", "column \"text\" is empty", null))
        << file;
  }
}

TEST_F(Documents, AFolderGivesAllFilesOfKnownEndings) {
  for (const char* name : {"a.txt", "b.jsonl", "c.jsonl.gz", "d.json.zst", "e.parquet", "f/g.arrow",
                           "h.md", "i.csv", "j.TSV.GZ", "k.ndjson", "l.JSONLINES", "m.txt.zst",
                           ".hidden.jsonl", "_hidden.jsonl", "_hidden/n.jsonl"}) {
    put("corpus/" + std::string(name), "x");
  }
  EXPECT_THAT(
      names(root() / "corpus"),
      testing::ElementsAre("a.txt", "b.jsonl", "c.jsonl.gz", "d.json.zst", "e.parquet", "f/g.arrow",
                           "i.csv", "j.TSV.GZ", "k.ndjson", "l.JSONLINES", "m.txt.zst"));
  EXPECT_THAT(names(root() / "corpus", "*.md"), testing::ElementsAre("h.md"));
}

TEST_F(Documents, OfAFolderSavedByDatasetsAreInTheListedFiles) {
  put("saved/train/state.json", R"({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]})");
  for (const char* name : {"dataset_dict.json", "train/dataset_info.json",
                           "train/data-00000-of-00001.arrow", "train/cache-12ab.arrow"}) {
    put("saved/" + std::string(name), "x");
  }
  EXPECT_THAT(names(root() / "saved"), testing::ElementsAre("train/data-00000-of-00001.arrow"));
}

TEST_F(Documents, APlaceMayBeAShellPattern) {
  for (const char* name : {"c/a1.jsonl", "c/a2.jsonl", "c/b.jsonl", "d/a3.jsonl"}) put(name, "x");
  EXPECT_THAT(names(root() / "c/a*.jsonl"), testing::ElementsAre("a1.jsonl", "a2.jsonl"));
  EXPECT_THAT(names(root() / "?/a*.jsonl"),
              testing::ElementsAre("c/a1.jsonl", "c/a2.jsonl", "d/a3.jsonl"));
  EXPECT_THAT(names(root() / "[c]"), testing::ElementsAre("c/a1.jsonl", "c/a2.jsonl", "c/b.jsonl"));
  const std::string none = (root() / "c/*.zst").string();
  EXPECT_EQ(error_text([&] { names(none); }), none + ": matches no file or folder");
}

TEST_F(Documents, HoldingOutDependsOnlyOnNameAndNumber) {
  const CorpusFile here{"/x/a.jsonl", "a.jsonl", 1}, there{"/y/a.jsonl", "a.jsonl", 9},
      other{"/x/b.jsonl", "b.jsonl", 1};
  int held_out = 0, differing = 0;
  for (std::int64_t number = 1; number <= 10'000; ++number) {
    EXPECT_EQ(is_held_out(here, number, 0.1), is_held_out(there, number, 0.1));
    held_out += is_held_out(here, number, 0.1);
    differing += is_held_out(here, number, 0.1) != is_held_out(other, number, 0.1);
    if (is_held_out(here, number, 0.1)) {
      EXPECT_TRUE(is_held_out(here, number, 0.2));
    }
  }
  EXPECT_NEAR(held_out, 1000, 120);  // four standard deviations of a binomial
  EXPECT_GT(differing, 1000);
}

}  // namespace
}  // namespace lamina
