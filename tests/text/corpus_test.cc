#include "lamina/text/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "error_text.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

class Corpus : public testing::Test {
 protected:
  fs::path put(const std::string& name, std::string_view text) {
    write_file_atomically(root() / name, text);
    return root() / name;
  }
  std::vector<std::string> names(const std::vector<fs::path>& places) {
    std::vector<std::string> result;
    for (const CorpusFile& file : choose_files(places, "*.txt").files) {
      result.push_back(file.name);
    }
    return result;
  }
  const fs::path& root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

TEST_F(Corpus, ListsMatchingFilesSortedByNameForEachPlace) {
  for (const char* name : {"b/z.txt", "b/a/deep.txt", "b.txt", "a.txt", "b/no.md", "B.txt"}) {
    put("first/" + std::string(name), "text");
  }
  put("second/0.txt", "text");
  EXPECT_THAT(names({root() / "first", root() / "second"}),
              testing::ElementsAre("B.txt", "a.txt", "b.txt", "b/a/deep.txt", "b/z.txt", "0.txt"));
}

TEST_F(Corpus, NamesDoNotDependOnHowThePlaceIsWritten) {
  put("corpus/sub/a.txt", "text");
  for (const char* place : {"corpus", "corpus/", "corpus/.", "corpus/../corpus"}) {
    EXPECT_THAT(names({root() / place}), testing::ElementsAre("sub/a.txt")) << place;
  }
}

TEST_F(Corpus, TakesANamedFileWhateverThePattern) {
  const auto files = choose_files(std::vector{put("notes/.data.raw", "four")}, "*.txt").files;
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].name, ".data.raw");
  EXPECT_EQ(files[0].bytes, 4);
}

TEST_F(Corpus, LeavesOutEmptyAndHiddenFiles) {
  for (const char* name : {"c/.hidden.txt", "c/.folder/a.txt", "c/a.txt"}) put(name, "text");
  put("c/empty.txt", "");
  EXPECT_THAT(names({root() / "c"}), testing::ElementsAre("a.txt"));
}

TEST_F(Corpus, FollowsLinksAndReportsACycle) {
  put("elsewhere/a.txt", "text");
  put("c/b.txt", "text");
  fs::create_directory_symlink(root() / "elsewhere", root() / "c/link");
  EXPECT_THAT(names({root() / "c"}), testing::ElementsAre("b.txt", "link/a.txt"));
  fs::create_directory_symlink(root() / "c", root() / "c/loop");
  EXPECT_THAT(error_text([&] { names({root() / "c"}); }),
              testing::EndsWith("c/loop: a symbolic link back to a folder that contains it; remove "
                                "it, or name the folders next to it"));
}

TEST_F(Corpus, ReportsAPlaceWithoutText) {
  const auto message = [&](const fs::path& place) { return error_text([&] { names({place}); }); };
  const std::string at = root().string();
  put("c/a.md", "text");
  put("empty/a.txt", "");
  EXPECT_EQ(message(root() / "none"), at + "/none: no such file or folder");
  EXPECT_EQ(
      message(root() / "c"),
      at + "/c: no file in this folder matches \"*.txt\"; left out: 1 not matching the pattern "
           "(a.md)");
  EXPECT_EQ(message(root() / "empty"),
            at + "/empty: no file in this folder matches \"*.txt\"; left out: 1 empty (a.txt)");
  EXPECT_EQ(message(root() / "empty/a.txt"), at + "/empty/a.txt: the file is empty");
}

TEST_F(Corpus, RefusesTheSameFileTwice) {
  put("c/a.txt", "text");
  EXPECT_EQ(error_text([&] {
              names({root() / "c", root() / "c/a.txt"});
            }),
            root().string() + "/c/a.txt: the same file as " + root().string() +
                "/c/a.txt; each file may be read only once");
}

TEST_F(Corpus, RefusesSeveralSplitsOfOneSavedDatasetInOnePlace) {
  put("c/piqa/dataset_dict.json", R"({"splits": ["train", "validation"]})");
  put("c/piqa/train/data-00000-of-00001.arrow", "x");
  put("c/piqa/validation/data-00000-of-00001.arrow", "x");
  const fs::path saved = root() / "c/piqa";
  for (const fs::path& place : {saved, root() / "c", root() / "c/*"}) {
    EXPECT_THAT(
        error_text([&] { choose_files(std::vector{place}, ""); }),
        testing::AllOf(
            testing::StartsWith(place.string() + ": holds several splits of one data set: train "),
            testing::EndsWith("; name one of them, for example " + saved.string() + "/train")));
  }
  const std::vector<fs::path> named{saved / "train", saved / "validation"};
  EXPECT_EQ(choose_files(named, "").files.size(), 2u);
}

TEST_F(Corpus, SplitsOfASavedDatasetMayHaveAnyNames) {
  put("c/dataset_dict.json", R"({"splits": ["de", "fr"]})");
  put("c/de/data-00000-of-00001.arrow", "x");
  put("c/fr/data-00000-of-00001.arrow", "x");
  EXPECT_EQ(error_text([&] { choose_files(std::vector{root() / "c"}, ""); }),
            root().string() +
                "/c: holds several splits of one data set: de "
                "(de/data-00000-of-00001.arrow), fr (fr/data-00000-of-00001.arrow); "
                "name one of them, for example " +
                root().string() + "/c/de");
}

TEST_F(Corpus, APieceMayContainNulBytes) {
  const auto path = put("a.txt", std::string_view("one\ntw\0o\n", 9));
  EXPECT_EQ(PieceText({path, "a.txt", 4, 8}).text(), std::string_view("tw\0o", 4));
}

TEST_F(Corpus, ReportsFileAndLineOfTextThatIsNotUtf8) {
  const auto path = put("a.txt", "one\ntwo\nthr\xED\xA0\x80\n");
  const std::string expected = path.string() + ":3: not UTF-8: byte 0xED at offset 11";
  EXPECT_EQ(error_text([&] { PieceText({path, "a.txt", 0, 15}); }), expected);
  EXPECT_EQ(error_text([&] { PieceText({path, "a.txt", 5, 15}); }), expected);
  EXPECT_EQ(PieceText({path, "a.txt", 0, 11}).text(), "one\ntwo\nthr");
}

TEST_F(Corpus, ReportsATruncatedFile) {
  const auto path = put("a.txt", "one\n");
  EXPECT_EQ(error_text([&] {
              PieceText({path, "a.txt", 0, 5});
            }),
            path.string() + ": truncated while in use: got 4 bytes; expected at least 5");
}

}  // namespace
}  // namespace lamina
