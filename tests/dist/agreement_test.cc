#include "lamina/dist/agreement.h"

#include <gtest/gtest.h>

#include <vector>

#include "error_text.h"

namespace lamina {
namespace {

std::string problem(const std::vector<Json>& by_rank) {
  return error_text([&] { check_equal(by_rank); });
}

constexpr const char* kAdvice =
    "; all ranks of a run need the same configuration, data and program";

TEST(Agreement, HoldsForEqualObjectsInAnyOrderOfKeys) {
  EXPECT_EQ(problem({Json{{"a", 1}, {"b", "x"}}, Json{{"b", "x"}, {"a", 1}}}), "");
  EXPECT_EQ(problem({Json{{"a", 1}}}), "");
}

TEST(Agreement, NamesFirstDifferingKeyEachValueAndItsRanks) {
  EXPECT_EQ(problem({Json{{"seed", 0}, {"rate", 1}}, Json{{"seed", 1}, {"rate", 2}},
                     Json{{"seed", 0}, {"rate", 1}}, Json{{"seed", 7}, {"rate", 1}}}),
            std::string("seed is 0 on ranks 0 and 2, 1 on rank 1, 7 on rank 3") + kAdvice);
}

TEST(Agreement, KeyThatRankDoesNotHaveIsNull) {
  EXPECT_EQ(problem({Json{{"seed", 0}}, Json{{"seed", 0}, {"extra", "x"}}}),
            std::string("extra is null on rank 0, x on rank 1") + kAdvice);
}

TEST(Agreement, CountsRanksPastEight) {
  std::vector<Json> by_rank(20, Json{{"seed", 1}});
  by_rank[3]["seed"] = 2;
  EXPECT_EQ(
      problem(by_rank),
      std::string("seed is 1 on ranks 0, 1, 2, 4, 5, 6, 7, 8 and 11 more, 2 on rank 3") + kAdvice);
}

}  // namespace
}  // namespace lamina
