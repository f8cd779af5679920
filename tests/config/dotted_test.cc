#include "lamina/config/dotted.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

TEST(DottedSettings, OpenMapsAndKeepListsAsValuesInWrittenOrder) {
  const Node root = parse_yaml(
      "name: x\n"
      "optimizer:\n"
      "  learning_rate: 1e-3\n"
      "  betas: [0.9, 0.95]\n"
      "model: {kv_sharing: {layout: cla, factor: 2}, text: \"a: b\"}\n",
      "");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"name", "x"},
      {"optimizer.learning_rate", "1e-3"},
      {"optimizer.betas", "[0.9, 0.95]"},
      {"model.kv_sharing.layout", "cla"},
      {"model.kv_sharing.factor", "2"},
      {"model.text", "\"a: b\""}};
  EXPECT_EQ(dotted_settings(root), expected);
}

TEST(DottedSettings, OfAnEmptyMapAreNone) {
  EXPECT_TRUE(dotted_settings(parse_yaml("", "")).empty());
}

}  // namespace
}  // namespace lamina
