#include "lamina/report/figure.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "figure_layout.h"
#include "lamina/core/files.h"
#include "lamina/core/process.h"
#include "report/sample_records.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

bool has_gnuplot() {
  Child child({.arguments = {"/usr/bin/env", "gnuplot", "--version"},
               .environment = {},
               .output_file = "/dev/null"});
  return child.wait() == 0;
}

/// Skips the tests that draw if gnuplot is not installed.
class WriteFigure : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_gnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  }

  fs::path stem() const { return folder_.path() / "plots" / "front.v1"; }
  std::string svg() const { return read_file(stem().string() + ".svg"); }
  std::string png() const { return read_file(stem().string() + ".png"); }

 private:
  TemporaryFolder folder_;
};

/// Sets PATH while it exists.
class PathVariable {
 public:
  explicit PathVariable(const std::string& value) : old_(std::getenv("PATH")) {
    ::setenv("PATH", value.c_str(), 1);
  }
  ~PathVariable() { ::setenv("PATH", old_.c_str(), 1); }

 private:
  std::string old_;
};

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

void expect_png(const std::string& bytes) {
  ASSERT_EQ(bytes.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(big_endian(bytes, 16), 1600u);
  EXPECT_EQ(big_endian(bytes, 20), 1000u);
}

TEST_F(WriteFigure, DrawsEveryDesignInBothFormats) {
  write_figure(paper_records(), stem(), {.title = "Design space"});
  expect_png(png());
  EXPECT_TRUE(svg().ends_with("</svg>\n\n") || svg().ends_with("</svg>\n"));
  for (const Record& record : paper_records()) {
    EXPECT_NE(svg().find(">" + record.design + "<"), std::string::npos) << record.design;
  }
  EXPECT_NE(svg().find("Design space"), std::string::npos);
  EXPECT_NE(svg().find("128 KiB"), std::string::npos);
}

TEST_F(WriteFigure, LeavesOnlyTheTwoFiles) {
  write_figure(paper_records(), stem(), {});
  int num_files = 0;
  for (const auto& entry : fs::directory_iterator(stem().parent_path())) {
    num_files += 1;
    EXPECT_EQ(entry.path().stem(), "front.v1");
  }
  EXPECT_EQ(num_files, 2);
}

TEST_F(WriteFigure, WorksForOneRecord) {
  write_figure(std::vector{sample_record("H64-MQA", 1536, 3.3)}, stem(), {});
  expect_png(png());
  EXPECT_NE(svg().find(">H64-MQA<"), std::string::npos);
}

TEST_F(WriteFigure, EscapesNames) {
  const std::string name = "it's `echo a`; {x}_1 \"b\" \\n <&";
  write_figure(std::vector{sample_record(name, 1536, 3.3)}, stem(), {});
  EXPECT_NE(svg().find("it's `echo a`; {x}_1 \"b\" \\n &lt;&amp;"), std::string::npos);
}

TEST_F(WriteFigure, NamesPointsThatAreNotDrawn) {
  std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3),
                              sample_record("H64-MHA", 6144, 3.1)};
  records[1].validation->perplexity.reset();
  write_figure(records, stem(), {});
  EXPECT_NE(svg().find("Not drawn, because not finite: H64-MHA"), std::string::npos);
}

/// Three designs that were trained and one that diverged.
std::vector<Record> one_diverged() {
  return {sample_record("H8-MHA", 256, 15.2), sample_record("H8-MQA", 64, 15.9),
          sample_record("H8-MQA-CLA2", 32, 16.1), sample_record("H4-MQA", 16, 4.85e21)};
}

TEST_F(WriteFigure, MarksDivergedRunAtEdgeAndKeepsOthersApart) {
  write_figure(one_diverged(), stem(), {});
  EXPECT_NE(svg().find(">H4-MQA (4.85e+21)<"), std::string::npos);
  EXPECT_NE(svg().find("Off the scale, at the upper edge: H4-MQA (4.85e+21)"), std::string::npos);
  const FigureLayout layout = lay_out_figure(one_diverged(), {});
  EXPECT_LT(layout.y.high, 20);
  EXPECT_GT(pixel_at(layout, 0, 15.2).y - pixel_at(layout, 0, 15.9).y, 200);
  EXPECT_GT(pixel_at(layout, 0, 15.9).y - pixel_at(layout, 0, 16.1).y, 50);
  EXPECT_EQ(layout.points.back().y, layout.y.high);
}

TEST(FigureLayoutTest, KeepsModerateValuesOnScale) {
  for (const double highest : {20.0, 45.0, 150.0}) {
    const std::vector<Record> records{
        sample_record("H64-MHA", 6144, 15), sample_record("H64-GQA2", 3072, 25),
        sample_record("H64-MQA", 1536, 55), sample_record("H32-MQA", 768, highest)};
    const FigureLayout layout = lay_out_figure(records, {});
    EXPECT_TRUE(layout.captions.empty()) << highest;
    EXPECT_GT(layout.y.high, std::max(highest, 55.0));
  }
}

TEST(FigureLayoutTest, HasShortTickLabelsWithoutMinusZero) {
  for (const double perplexity : {0.001, 1.0, 40.0, 4.85e21, 1e300}) {
    const FigureLayout layout =
        lay_out_figure(std::vector{sample_record("H8-MHA", 256, perplexity)}, {});
    EXPECT_GE(layout.y.ticks.size(), 2u) << perplexity;
    std::set<std::string> texts;
    for (const auto& [place, text] : layout.y.ticks) {
      EXPECT_LE(text.size(), 12u) << text;
      EXPECT_FALSE(text.starts_with('-')) << text;
      EXPECT_TRUE(texts.insert(text).second) << text << " is a duplicate";
    }
  }
  const FigureLayout from_zero = lay_out_figure(
      std::vector{sample_record("H8-MHA", 256, 1), sample_record("H8-MQA", 64, 3)}, {});
  EXPECT_GE(from_zero.y.low, 0);
}

TEST_F(WriteFigure, ShowsBitsPerByteForSeveralTokenizersAndWarnsOfDifferentText) {
  std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3),
                              sample_record("H64-MHA", 6144, 3.1),
                              sample_record("H64-MQA-CLA2", 768, 3.2)};
  records[1].tokenizer = "bpe";
  records[0].validation->bytes = 2000;
  records[1].validation->bytes = 8104;
  records[2].validation->perplexity.reset();
  write_figure(records, stem(), {});
  for (const char* text :
       {"Validation bits per byte, lower is better", "Not drawn, because not finite: H64-MQA-CLA2",
        "Warning: bits per byte were measured on different text: 2,000 bytes in H64-MQA, 8,104 in "
        "H64-MHA."}) {
    EXPECT_NE(svg().find(text), std::string::npos) << text;
  }
}

TEST(WriteFigureErrors, RejectRecordsThatCannotBeDrawnOrCompared) {
  std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3)};
  records[0].validation->perplexity.reset();
  EXPECT_EQ(error_of([&] { write_figure(records, "unused", {}); }),
            "no figure: no record has a finite perplexity");
  records.push_back(sample_record("H64-MHA", 6144, 3.1));
  records[1].tokenizer = "bpe";
  const FigureOptions by_perplexity{.quality = Quality::kPerplexity};
  EXPECT_NE(error_of([&] {
              write_figure(records, "unused", by_perplexity);
            }).find("different tokenizers"),
            std::string::npos);
}

TEST(WriteFigureErrors, NamePackageIfGnuplotIsMissing) {
  const TemporaryFolder folder;
  const PathVariable path(folder.path().string());
  const std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3)};
  EXPECT_EQ(error_of([&] { write_figure(records, folder.path() / "figure", {}); }),
            "no figure: the program gnuplot is not installed; install the package gnuplot-nox");
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(WriteFigureErrors, ContainGnuplotsMessagesInOneLine) {
  const TemporaryFolder folder;
  const fs::path program = folder.path() / "gnuplot";
  write_file_atomically(program, "#!/bin/sh\necho 'line 3:'\necho '  no such terminal'\nexit 2\n");
  fs::permissions(program, fs::perms::owner_all);
  const PathVariable path(folder.path().string());
  const std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3)};
  EXPECT_EQ(error_of([&] { write_figure(records, folder.path() / "figure", {}); }),
            "no figure: gnuplot failed with exit status 2: line 3: no such terminal");
}

}  // namespace
}  // namespace lamina
