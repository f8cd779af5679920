#include <gmock/gmock.h>

#include "arrow_files.h"
#include "error_text.h"
#include "lamina/text/corpus.h"
#include "lamina/text/documents.h"
#include "lamina/text/rows.h"
#include "written_files.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;

class IndexedRows : public testing::Test {
 protected:
  /// A saved data set of two tables, rows r0 to r6, and the indices in two files.
  void save(const std::vector<std::uint64_t>& first, const std::vector<std::uint64_t>& second) {
    write_arrow_texts(folder() / "d0.arrow", {"r0", "r1", "r2", "r3", "r4"});
    write_arrow_texts(folder() / "d1.arrow", {"r5", "r6"});
    write_arrow_indices(folder() / "i0.arrow", first);
    write_arrow_indices(folder() / "i1.arrow", second);
    files_.write("saved/state.json",
                 R"({"_data_files": [{"filename": "d0.arrow"}, {"filename": "d1.arrow"}],)"
                 R"("_indices_data_files": [{"filename": "i0.arrow"}, {"filename": "i1.arrow"}]})");
  }
  std::vector<std::string> texts(const std::string& column = "text") {
    const auto files = choose_files(std::vector{folder()}, "").files;
    EXPECT_EQ(files.size(), 1u);
    std::vector<std::string> texts;
    for_each_document(files[0].path, column, [&](RowDocument&& document) {
      EXPECT_EQ(document.number, std::ssize(texts) + 1);
      texts.push_back(document_text(files[0].path, column, std::move(document)));
    });
    return texts;
  }
  fs::path folder() const { return files_.root() / "saved"; }

  WrittenFiles files_;
};

TEST_F(IndexedRows, AreTheSelectedRowsInTheOrderOfTheIndices) {
  save({6, 0, 4, 3, 5, 1}, {2, 2});
  EXPECT_THAT(texts(), ElementsAre("r6", "r0", "r4", "r3", "r5", "r1", "r2", "r2"));
  std::vector<Json> rows;
  for_each_row(folder() / "state.json", [&](Json&& row) { rows.push_back(std::move(row)); });
  ASSERT_EQ(rows.size(), 8u);
  EXPECT_EQ(rows[4], (Json{{"text", "r5"}}));
}

TEST_F(IndexedRows, AreReadThroughAFolderAPatternOrAnyOfTheFiles) {
  save({1}, {});
  for (const char* place :
       {"saved", "saved/*", "saved/*.arrow", "saved/d1.arrow", "saved/state.json"}) {
    const auto files = choose_files(std::vector{files_.root() / place}, "").files;
    ASSERT_EQ(files.size(), 1u) << place;
    EXPECT_EQ(files[0].path, folder() / "state.json") << place;
    EXPECT_EQ(files[0].name, "state.json") << place;
  }
}

TEST_F(IndexedRows, DependOnAllArrowFiles) {
  save({1}, {2});
  EXPECT_THAT(backing_files(folder() / "state.json"),
              ElementsAre(folder() / "d0.arrow", folder() / "d1.arrow", folder() / "i0.arrow",
                          folder() / "i1.arrow"));
}

TEST_F(IndexedRows, AnIndexOutOfRangeIsAnError) {
  save({1, 7}, {2});
  EXPECT_EQ(error_text([&] { texts(); }),
            (folder() / "i0.arrow").string() + ": row 2: index 7; expected 0 to 6");
  save({1}, {std::uint64_t{1} << 63});
  EXPECT_THAT(error_text([&] { texts(); }),
              EndsWith("i1.arrow: row 1: index 9223372036854775808; expected 0 to 6"));
  save({1}, {2});
  EXPECT_THAT(error_text([&] { texts("body"); }),
              EndsWith("d0.arrow: no column \"body\", or more than one; the columns are text"));
}

}  // namespace
}  // namespace lamina
