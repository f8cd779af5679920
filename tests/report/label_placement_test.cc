#include "label_placement.h"

#include <gtest/gtest.h>

#include <cmath>

#include "family_colors.h"
#include "figure_layout.h"
#include "report/sample_records.h"

namespace lamina {
namespace {

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

bool touches_marker(const Box& box, const Pixel& marker, double radius) {
  const double x = std::max({box.left - marker.x, 0.0, marker.x - box.right});
  const double y = std::max({box.top - marker.y, 0.0, marker.y - box.bottom});
  return std::hypot(x, y) < radius;
}

void expect_clear_labels(const FigureLayout& layout) {
  for (const FigurePoint& point : layout.points) {
    const Box& box = point.placed.box;
    EXPECT_NEAR(box.right - box.left, text_width(point.label, kLabelSize), 4) << point.label;
    EXPECT_TRUE(box.left >= layout.plot.left && box.right <= layout.plot.right &&
                box.top >= layout.plot.top && box.bottom <= layout.plot.bottom)
        << point.label << " is outside the plot";
    for (const FigurePoint& other : layout.points) {
      EXPECT_FALSE(touches_marker(box, pixel_at(layout, other.x, other.y), kMarkerRadius))
          << point.label << " on the marker of " << other.label;
      if (&other != &point) {
        EXPECT_FALSE(overlap(box, other.placed.box)) << point.label << " on " << other.label;
      }
    }
  }
}

TEST(PlaceLabels, MovesFurtherOutRatherThanOnAnotherMarker) {
  // One line high, with the first point at the left edge: its label has room only on the right.
  const PlacementArea corridor{.box = {.left = 0, .top = 0, .right = 600, .bottom = 20}};
  const LabelledPoint first{{20, 10}, 8, 60, 18}, second{{60, 10}, 8, 60, 18};
  const std::vector<PlacedLabel> labels = place_labels({first, second}, corridor);
  for (const PlacedLabel& label : labels) {
    EXPECT_FALSE(touches_marker(label.box, first.at, 8));
    EXPECT_FALSE(touches_marker(label.box, second.at, 8));
  }
  EXPECT_TRUE(labels[0].has_leader);
}

TEST(FigureLabels, OfPapersDesignsCoverNeitherPointsNorEachOther) {
  expect_clear_labels(lay_out_figure(paper_records(), {}));
}

TEST(FigureLabels, OfEqualPointsCoverNeitherPointsNorEachOther) {
  std::vector<Record> records;
  for (const char* design : {"H64-MQA", "H32-GQA2", "H16-MHA", "H128-MQA-CLA2", "H256-MQA-CLA4"}) {
    records.push_back(sample_record(design, 1536, 3.25));
  }
  expect_clear_labels(lay_out_figure(records, {}));
}

TEST(FigureLabels, AreDeterministic) {
  const FigureLayout first = lay_out_figure(paper_records(), {});
  const FigureLayout second = lay_out_figure(paper_records(), {});
  for (std::size_t i = 0; i < first.points.size(); ++i) {
    EXPECT_EQ(first.points[i].placed.box.left, second.points[i].placed.box.left);
    EXPECT_EQ(first.points[i].placed.box.top, second.points[i].placed.box.top);
  }
}

TEST(FigureLabels, DistinguishRunsOfOneDesignByTheirSettings) {
  std::vector<Record> records{sample_record("H64-MQA", 1536, 3.2),
                              sample_record("H64-MQA", 1536, 3.3),
                              sample_record("H64-MHA", 6144, 3.1)};
  records[1].conditions = {{"optimizer.weight_decay", 0.2}};
  records[0].conditions = records[2].conditions = {{"optimizer.weight_decay", 0.1}};
  const FigureLayout layout = lay_out_figure(records, {});
  EXPECT_EQ(layout.points[0].label, "H64-MQA, weight_decay 0.1");
  EXPECT_EQ(layout.points[1].label, "H64-MQA, weight_decay 0.2");
  EXPECT_EQ(layout.points[2].label, "H64-MHA");
}

TEST(FigureAxes, ContainEveryPointAndLabelPowersOfTwo) {
  const FigureLayout layout = lay_out_figure(paper_records(), {});
  std::vector<std::string> names;
  for (const auto& [place, text] : layout.x.ticks) names.push_back(text);
  EXPECT_EQ(names, (std::vector<std::string>{"2 KiB", "4 KiB", "8 KiB", "16 KiB", "32 KiB",
                                             "64 KiB", "128 KiB"}));
  for (const FigurePoint& point : layout.points) {
    EXPECT_TRUE(layout.x.low < point.x && point.x < layout.x.high) << point.label;
    EXPECT_TRUE(layout.y.low < point.y && point.y < layout.y.high) << point.label;
  }
}

TEST(FigureAxes, OfOnePointHaveAtLeastTwoTicks) {
  const FigureLayout layout = lay_out_figure(std::vector{sample_record("H64-MQA", 512, 3.3)}, {});
  ASSERT_GE(layout.x.ticks.size(), 2u);
  EXPECT_GE(layout.y.ticks.size(), 2u);
  EXPECT_EQ(layout.x.ticks[1].second, "512 B");
}

TEST(FamilyColors, AreUniqueAndEqualInEveryFigure) {
  const auto few = family_colors({"H64-MQA-CLA2", "H64-MQA"});
  const auto more = family_colors({"H64-MHA", "H64-MQA-CLA4", "H64-MQA", "odd", "H64-MQA-CLA2"});
  ASSERT_EQ(more.size(), 5u);
  EXPECT_EQ(few[0], more[1]);
  EXPECT_EQ(few[1], more[2]);
  EXPECT_EQ(more[4].first, "other");
  for (std::size_t i = 0; i < more.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(more[i].second, more[j].second);
  }
}

}  // namespace
}  // namespace lamina
