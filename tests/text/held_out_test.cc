#include "lamina/text/held_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "error_text.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

std::vector<CorpusFile> numbered_files(int count) {
  std::vector<CorpusFile> files;
  for (int i = 0; i < count; ++i) {
    const std::string name = "part/" + std::to_string(i) + ".txt";
    files.push_back({"/corpus/" + name, name, 100 + i});
  }
  return files;
}

std::set<std::string> names(const std::vector<TextPiece>& pieces) {
  std::set<std::string> result;
  for (const TextPiece& piece : pieces) result.insert(piece.name);
  return result;
}

TEST(SplitHeldOut, TakesAboutTheFractionAndEachFileOnce) {
  const auto files = numbered_files(10000);
  for (const double fraction : {0.01, 0.1, 0.5}) {
    const auto split = split_held_out(files, fraction);
    const double deviation = std::sqrt(10000 * fraction * (1 - fraction));
    EXPECT_NEAR(static_cast<double>(split.held_out.size()), 10000 * fraction, 5 * deviation);
    auto all = names(split.train);
    all.merge(names(split.held_out));
    EXPECT_EQ(all.size(), 10000u);
    EXPECT_EQ(split.train.size() + split.held_out.size(), 10000u);
  }
}

TEST(SplitHeldOut, NeverMovesAFileWhenOthersAreAdded) {
  const auto few = split_held_out(numbered_files(500), 0.1);
  const auto many = split_held_out(numbered_files(700), 0.1);
  const auto held_out = names(many.held_out), train = names(many.train);
  for (const TextPiece& piece : few.held_out) EXPECT_TRUE(held_out.contains(piece.name));
  for (const TextPiece& piece : few.train) EXPECT_TRUE(train.contains(piece.name));
}

TEST(SplitHeldOut, DependsOnTheNameAndNotOnThePath) {
  auto moved = numbered_files(500);
  for (CorpusFile& file : moved) file.path = "/mnt/other/" + file.name;
  EXPECT_EQ(names(split_held_out(moved, 0.1).held_out),
            names(split_held_out(numbered_files(500), 0.1).held_out));
}

// The fraction in the message must be the threshold: just beyond it, the split works.
TEST(SplitHeldOut, SaysWhichFractionWouldWork) {
  const auto files = numbered_files(3);
  const std::string none = error_text([&] { split_held_out(files, 1e-6); });
  EXPECT_THAT(none, testing::StartsWith(
                        "validation_fraction: 1e-06 holds out none of the 3 files; name "
                        "separate validation text in data.validation, or, with these file names, "
                        "set a fraction above "));
  const double lowest = std::stod(none.substr(none.rfind(' ')));
  EXPECT_EQ(split_held_out(files, lowest * 1.001).held_out.size(), 1u);
  const std::string all = error_text([&] { split_held_out(files, 1 - 1e-6); });
  EXPECT_THAT(all, testing::HasSubstr(" holds out all of the 3 files; "));
  EXPECT_THAT(all, testing::HasSubstr(", or, with these file names, set a fraction below "));
  const double highest = std::stod(all.substr(all.rfind(' ')));
  EXPECT_EQ(split_held_out(files, highest * 0.999).train.size(), 1u);
}

TEST(SplitHeldOut, RefusesAFractionOutsideZeroToOne) {
  for (const double fraction : {0.0, 1.0, -0.5, std::nan("")}) {
    EXPECT_THAT(error_text([&] { split_held_out(numbered_files(9), fraction); }),
                testing::EndsWith("; expected a number > 0 and < 1"));
  }
}

/// The offset of the first held-out byte if a file with this text is the whole corpus.
std::int64_t cut_of(std::string_view text, double fraction) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  write_file_atomically(path, text);
  const CorpusFile file{path, "a.txt", static_cast<std::int64_t>(text.size())};
  const auto split = split_held_out(std::vector{file}, fraction);
  EXPECT_EQ(split.train.size() * split.held_out.size(), 1u);
  EXPECT_EQ(split.train[0].begin, 0);
  EXPECT_EQ(split.train[0].end, split.held_out[0].begin);
  EXPECT_EQ(split.held_out[0].end, file.bytes);
  return split.held_out[0].begin;
}

TEST(SplitHeldOut, CutsALoneFileAtALineStart) {
  EXPECT_EQ(cut_of("0123\n567\n9abcdef\n", 0.5), 9);  // 8.5 is inside the second line
  EXPECT_EQ(cut_of("01\n3456\n89ab", 0.75), 3);       // exactly a line start already
}

TEST(SplitHeldOut, CutsALoneHugeLineBetweenCharacters) {
  EXPECT_EQ(cut_of("0123456789", 0.5), 5);
  EXPECT_EQ(cut_of("0123\xE2\x82\xAC"
                   "789",
                   0.5),
            7);                               // 5 is inside the euro sign
  EXPECT_EQ(cut_of("0123456789\n", 0.5), 5);  // no line starts at the end of the file
}

TEST(SplitHeldOut, ReportsAFileThatIsTooShortToCut) {
  EXPECT_THAT(error_text([] { cut_of("a", 0.5); }),
              testing::EndsWith("a.txt: too short (1 bytes) to hold out a fraction of 0.5"));
}

}  // namespace
}  // namespace lamina
