#include "lamina/core/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lamina {
namespace {

// The authors' known answers (Random123, kat_vectors, philox4x32 10).
TEST(Philox, EqualsPublishedVectors) {
  EXPECT_EQ(philox(0, 0, 0),
            (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox(~0ull, ~0ull, ~0ull),
            (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88),
            (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomNormal, HasMeanZeroVarianceOneAndNormalTails) {
  const int n = 200000;
  double sum = 0, squares = 0;
  int beyond_two = 0;
  for (int i = 0; i < n; ++i) {
    const double x = random_normal(42, static_cast<std::uint64_t>(i));
    sum += x;
    squares += x * x;
    beyond_two += std::abs(x) > 2;
  }
  EXPECT_NEAR(sum / n, 0, 5 / std::sqrt(n));  // five standard errors
  EXPECT_NEAR(squares / n, 1, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(beyond_two / double(n), 0.0455, 5 * std::sqrt(0.0455 / n));
}

TEST(RandomBelow, StaysBelowBoundAndReachesEveryValue) {
  std::array<int, 7> seen{};
  for (std::uint64_t i = 0; i < 700; ++i) ++seen.at(random_below(7, 1, i));
  for (const int count : seen) EXPECT_GT(count, 50);
}

}  // namespace
}  // namespace lamina
