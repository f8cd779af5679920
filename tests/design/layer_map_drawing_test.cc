#include <gtest/gtest.h>

#include "design/layouts.h"

namespace lamina {
namespace {

std::int64_t count(const std::string& text, const std::string& part) {
  std::int64_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(LayerMapDrawing, ReadersAreConnectedToTheirSource) {
  EXPECT_EQ(draw_layer_map({0, 0, 2, 2, 2}),
            "   0 ■─┐\n"
            "   1 ○─┘ reads 0\n"
            "   2 ■─┐\n"
            "   3 ○─┤ reads 2\n"
            "   4 ○─┘ reads 2\n");
}

TEST(LayerMapDrawing, InterleavedGroupsHaveSeparateLines) {
  EXPECT_EQ(draw_layer_map({0, 0, 2, 0, 2, 5}),
            "   0 ■─┐\n"
            "   1 ○─┤ reads 0\n"
            "   2 ■─│─┐\n"
            "   3 ○─┘ │ reads 0\n"
            "   4 ○───┘ reads 2\n"
            "   5 ■\n");
}

TEST(LayerMapDrawing, ALinePassesAnUnsharedLayer) {
  EXPECT_EQ(draw_layer_map({0, 1, 0}),
            "   0 ■─┐\n"
            "   1 ■ │\n"
            "   2 ○─┘ reads 0\n");
}

TEST(LayerMapDrawing, AFreedColumnIsReused) {
  EXPECT_EQ(draw_layer_map({0, 1, 0, 3, 1, 3}),
            "   0 ■─┐\n"
            "   1 ■─│─┐\n"
            "   2 ○─┘ │ reads 0\n"
            "   3 ■─┐ │\n"
            "   4 ○─│─┘ reads 1\n"
            "   5 ○─┘   reads 3\n");
}

TEST(LayerMapDrawing, OneLinePerLayerAndOneSquarePerSource) {
  for (std::int64_t num_layers = 1; num_layers <= 24; ++num_layers) {
    for (const KvSharing& sharing : all_sharings(num_layers)) {
      const KvSourceLayers sources = kv_source_layers(sharing, num_layers);
      const std::string drawing = draw_layer_map(sources);
      EXPECT_EQ(count(drawing, "\n"), num_layers);
      EXPECT_EQ(count(drawing, "■"), std::ssize(kv_layers(sources)));
      EXPECT_EQ(count(drawing, "┐"), count(drawing, "┘"));
      EXPECT_EQ(count(drawing, " \n"), 0);
    }
  }
}

}  // namespace
}  // namespace lamina
