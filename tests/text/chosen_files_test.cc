#include <gmock/gmock.h>

#include "error_text.h"
#include "lamina/text/corpus.h"
#include "lamina/text/data_file.h"
#include "written_files.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class ChosenFilesOf : public testing::Test {
 protected:
  void put(const std::vector<std::string>& paths) const {
    for (const std::string& path : paths) files_.write(path, "x");
  }
  ChosenFiles choose(const std::string& place, const std::string& pattern = "") const {
    return choose_files(std::vector{files_.root() / place}, pattern);
  }
  std::vector<std::string> names(const std::string& place, const std::string& pattern = "") const {
    std::vector<std::string> names;
    for (const CorpusFile& file : choose(place, pattern).files) names.push_back(file.name);
    return names;
  }
  std::string message(const std::string& place, const std::string& pattern = "") const {
    return error_text([&] { choose(place, pattern); });
  }
  std::string at(const std::string& place) const { return (files_.root() / place).string(); }

  WrittenFiles files_;
};

// Expected: Python 3.11, sorted(glob.glob("t/**/*.jsonl", recursive=True)) and so on, in this tree.
TEST_F(ChosenFilesOf, DoubleStarMatchesAsInPythonsGlob) {
  put({"t/a.jsonl", "t/s1/b.jsonl", "t/s1/s2/c.jsonl", "t/.h/d.jsonl", "t/x/s2/e.txt"});
  EXPECT_THAT(names("t/**/*.jsonl"), ElementsAre("a.jsonl", "s1/b.jsonl", "s1/s2/c.jsonl"));
  EXPECT_THAT(names("t/**/s2/*"), ElementsAre("s1/s2/c.jsonl", "x/s2/e.txt"));
  EXPECT_THAT(names("t/**/**/b.jsonl"), ElementsAre("s1/b.jsonl"));
  EXPECT_THAT(names("t/*/**/*.jsonl"), ElementsAre("s1/b.jsonl", "s1/s2/c.jsonl"));
  EXPECT_THAT(names("**/c.jsonl"), ElementsAre("t/s1/s2/c.jsonl"));
  EXPECT_THAT(names("t/s**/b.jsonl"),
              ElementsAre("s1/b.jsonl"));  // not a whole component: like "*"
  EXPECT_THAT(names("t/.h/**/*.jsonl"), ElementsAre("d.jsonl"));
  EXPECT_THAT(names("t/**"), ElementsAre("a.jsonl", "s1/b.jsonl", "s1/s2/c.jsonl", "x/s2/e.txt"));
}

TEST_F(ChosenFilesOf, APatternMayHaveEscapesAndClasses) {
  put({"t[1]/a.txt", "t[1]/b.txt", "t[1]/c.txt"});
  EXPECT_THAT(names("t\\[1\\]/[ab].txt"), ElementsAre("t[1]/a.txt", "t[1]/b.txt"));
  EXPECT_THAT(names("t[[]1]/[!a].txt"), ElementsAre("t[1]/b.txt", "t[1]/c.txt"));
}

TEST_F(ChosenFilesOf, APatternWithAnotherEndingReadsItAndLeadingUnderscores) {
  put({"t/_native.h", "t/_impl/a.h", "t/b.h", "t/.git/c.h", "t/.d.h", "t/e.txt", "t/f.hpp"});
  const std::vector<std::string> headers{"_impl/a.h", "_native.h", "b.h"};
  EXPECT_EQ(names("t", "*.h"), headers);
  EXPECT_EQ(names("t/**/*.h"), (std::vector<std::string>{"_impl/a.h", "_native.h", "b.h"}));
  EXPECT_THAT(names("t", "*.h*"), ElementsAre("_impl/a.h", "_native.h", "b.h", "f.hpp"));
  EXPECT_THAT(names("t", "*.[h]"), ElementsAre("_impl/a.h", "_native.h", "b.h"));
  for (const char* any : {"*", "*.*", "?.*"}) EXPECT_THAT(names("t", any), ElementsAre("e.txt"));
  const auto left_out = choose("t", "*.h").left_out;
  EXPECT_EQ(left_out.at(LeftOutReason::kPatternMismatch).count, 2);
  EXPECT_THAT(left_out.at(LeftOutReason::kHidden).first, ElementsAre(".git/", ".d.h"));
}

TEST_F(ChosenFilesOf, HiddenNamesAreReadIfThePatternNamesThem) {
  put({"t/a.jsonl", "t/_b.jsonl", "t/.c.jsonl", "t/_d/e.jsonl"});
  EXPECT_THAT(names("t"), ElementsAre("a.jsonl"));
  EXPECT_THAT(names("t/*"), ElementsAre("a.jsonl"));
  EXPECT_THAT(names("t/_*"), ElementsAre("_b.jsonl", "_d/e.jsonl"));
  EXPECT_THAT(names("t/.*.jsonl"), ElementsAre(".c.jsonl"));
  EXPECT_THAT(names("t/_d"), ElementsAre("e.jsonl"));
  EXPECT_THAT(names("t", "_*"), ElementsAre("_b.jsonl"));
  EXPECT_EQ(choose("t").left_out.at(LeftOutReason::kHidden).count, 3);
}

TEST_F(ChosenFilesOf, MetadataAndCachesAreLeftOut) {
  put({"hub/data.json", "hub/dataset_infos.json", "hub/dataset_info.json", "hub/state.json",
       "hub/README.md", "hub/cache-12ab.arrow", "hub/tokens.bin", "hub/tokens.idx",
       "hub/tokens.json"});
  for (const char* place : {"hub", "hub/*"}) {
    const ChosenFiles chosen = choose(place);
    ASSERT_EQ(chosen.files.size(), 1u) << place;
    EXPECT_EQ(chosen.files[0].name, "data.json");
    EXPECT_EQ(chosen.left_out.at(LeftOutReason::kAuxiliary).count, 5);
    EXPECT_THAT(chosen.left_out.at(LeftOutReason::kUnknown).first,
                ElementsAre("README.md", "tokens.bin", "tokens.idx"));
  }
  EXPECT_EQ(message("hub/state.json"),
            at("hub/state.json") + ": is metadata, not data; name the data files or their folder");
}

TEST_F(ChosenFilesOf, AFolderWithoutDataReportsWhatItContains) {
  put({"t/a.md", "t/b.pdf", "t/_SUCCESS"});
  EXPECT_EQ(message("t"), at("t") + ": no file in this folder has a known ending: " + kDataEndings +
                              "; set data.pattern to read other files as text; left out: 2 of an "
                              "unknown kind (a.md, b.pdf), 1 "
                              "hidden (_SUCCESS)");
  EXPECT_THAT(message("t/*"), EndsWith("; left out: 2 of an unknown kind (a.md, b.pdf), 1 hidden "
                                       "(_SUCCESS)"));
  fs::create_directory(files_.root() / "none");
  EXPECT_THAT(message("none"), EndsWith("; set data.pattern to read other files as text"));
  EXPECT_EQ(message("t/*.zst"), at("t/*.zst") + ": matches no file or folder");
}

TEST_F(ChosenFilesOf, LinksAreFollowedAndBrokenOnesReported) {
  put({"t/a.txt", "u/b.txt"});
  fs::create_symlink("gone", files_.root() / "t/link.txt");
  EXPECT_EQ(message("t"), at("t/link.txt") + ": a symbolic link to gone, which does not exist");
  fs::remove(files_.root() / "t/link.txt");
  fs::create_symlink("../u/b.txt", files_.root() / "t/link.txt");
  EXPECT_THAT(names("t"), ElementsAre("a.txt", "link.txt"));
  fs::create_directory_symlink("..", files_.root() / "t/loop");
  for (const char* place : {"t", "t/**/*.txt"}) {
    EXPECT_THAT(message(place), HasSubstr("a symbolic link back to a folder that contains it"));
  }
}

TEST_F(ChosenFilesOf, AFileReachedTwiceByOnePatternIsReadOnce) {
  put({"t/a/b.txt", "t/a/c/d.txt"});
  EXPECT_THAT(names("t/**/*"), ElementsAre("a/b.txt", "a/c/d.txt"));
  fs::create_directory_symlink("a", files_.root() / "t/e");
  EXPECT_THAT(message("t/**/*.txt"), EndsWith("; each file may be read only once"));
}

TEST_F(ChosenFilesOf, ACompressedCopyIsRefused) {
  put({"t/a.jsonl", "t/a.jsonl.gz"});
  EXPECT_EQ(message("t"),
            at("t/a.jsonl") + " and " + at("t/a.jsonl.gz") +
                " contain the same text; move one of them away, or name the files to read");
  EXPECT_THAT(names("t/*.gz"), ElementsAre("a.jsonl.gz"));
}

TEST_F(ChosenFilesOf, APatternForNamesMustNotHaveASlash) {
  put({"t/a.txt"});
  EXPECT_THAT(message("t", "t/*.txt"), HasSubstr("matches file names only, which have no \"/\""));
}

TEST_F(ChosenFilesOf, TextThatLooksLikeRowsCausesAWarning) {
  files_.write("t/a.txt", "{\"text\": \"one\"}\n");
  files_.write("t/b.txt", "\xEF\xBB\xBF[\n  {\"text\": \"one\"}]\n");
  files_.write("t/c.txt", "text,id\n");
  files_.write("t/d.txt", "Not a table, but text,\nwith commas.\n");
  files_.write("t/e.txt", "{braces} of a macro\n");
  EXPECT_THAT(
      choose("t").warnings,
      ElementsAre(at("t/a.txt") + " begins with a JSON object (and 2 more): read as "
                                  "one text; rename files of rows to .jsonl, .csv or .tsv"));
  EXPECT_THAT(choose("t/d.txt").warnings, IsEmpty());
}

TEST_F(ChosenFilesOf, SplitsOfTextWithAnotherEndingOnlyCauseAWarning) {
  put({"t/train.py", "t/test.py", "u/wiki.train.tokens", "u/wiki.valid.tokens"});
  EXPECT_THAT(
      choose("t", "*.py").warnings,
      ElementsAre(at("t") + ": holds several splits of one data set: train (train.py), test "
                            "(test.py); all are read as one data set"));
  EXPECT_EQ(choose("u/*.tokens").warnings.size(), 1u);
}

TEST_F(ChosenFilesOf, DataThatASavedDataSetListsMustExist) {
  files_.write("t/state.json", R"({"_data_files": [{"filename": "data-00000-of-00002.arrow"},
                                                   {"filename": "data-00001-of-00002.arrow"}]})");
  put({"t/data-00000-of-00002.arrow"});
  EXPECT_EQ(message("t"), at("t/state.json") + ": lists " + at("t/data-00001-of-00002.arrow") +
                              ", which is missing");
  files_.write("t/state.json", R"({"_data_files": [{"filename": "data-00000-of-00002.arrow",
                                                    "skip": 0, "take": 5}]})");
  EXPECT_THAT(message("t"),
              HasSubstr("selects a part of a file; load the data set with `datasets` and save it"));
}

}  // namespace
}  // namespace lamina
