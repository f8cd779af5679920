#include "lamina/report/pareto.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lamina/report/table.h"
#include "report/sample_records.h"

namespace lamina {
namespace {

using Flags = std::vector<bool>;

Flags front(const std::vector<double>& cost, const std::vector<double>& loss) {
  return pareto_front(cost, loss);
}

TEST(ParetoFront, KeepsPointsThatNoOtherDominatesInOrderOfInput) {
  EXPECT_EQ(front({4, 1, 2, 3}, {1, 5, 3, 4}), (Flags{true, true, true, false}));
}

TEST(ParetoFront, KeepsLowestLossAtEqualCostAndLowestCostAtEqualLoss) {
  EXPECT_EQ(front({1, 1, 2}, {3, 4, 2}), (Flags{true, false, true}));
  EXPECT_EQ(front({1, 2, 3}, {5, 5, 4}), (Flags{true, false, true}));
}

TEST(ParetoFront, KeepsEqualPointsTogether) {
  EXPECT_EQ(front({2, 2, 2}, {7, 7, 7}), (Flags{true, true, true}));
  EXPECT_EQ(front({2, 1, 2}, {7, 7, 7}), (Flags{false, true, false}));
}

TEST(ParetoFront, KeepsSinglePointAndIsEmptyWithoutPoints) {
  EXPECT_EQ(front({3}, {9}), Flags{true});
  EXPECT_EQ(front({}, {}), Flags{});
}

TEST(ParetoFront, ExcludesPointsWithNanWhichDominateNoOther) {
  EXPECT_EQ(front({1, 2, NAN}, {NAN, 5, 1}), (Flags{false, true, false}));
}

TEST(ParetoFront, EqualsDefinitionOnRandomPointsWithTies) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> cost, loss;
    for (int i = 0; i < 12; ++i) {
      cost.push_back(static_cast<double>(random() % 6));
      loss.push_back(static_cast<double>(random() % 6));
    }
    Flags expected(12, true);
    for (std::size_t i = 0; i < 12; ++i) {
      for (std::size_t j = 0; j < 12; ++j) {
        const bool no_worse = cost[j] <= cost[i] && loss[j] <= loss[i];
        if (no_worse && (cost[j] < cost[i] || loss[j] < loss[i])) expected[i] = false;
      }
    }
    EXPECT_EQ(pareto_front(cost, loss), expected);
  }
}

// Worked out by hand: in ascending order of KV bytes, the designs with a new lowest perplexity.
TEST(ParetoFront, OfPapersDesignSpaceHasEightDesigns) {
  std::vector<std::string> designs;
  for (const Row& row : make_table(paper_records(), {}).rows) {
    if (row.is_pareto) designs.push_back(row.cells[0].text);
  }
  EXPECT_EQ(designs, (std::vector<std::string>{"H128-MHA", "H128-GQA4", "H128-GQA4-CLA2",
                                               "H256-MQA-CLA2", "H128-MQA-CLA2", "H90-MQA-CLA2",
                                               "H128-MQA-CLA3", "H64-MQA-CLA2"}));
}

}  // namespace
}  // namespace lamina
