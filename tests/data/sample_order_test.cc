#include "lamina/data/sample_order.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <vector>

namespace lamina {
namespace {

TEST(KeyedPermutation, IsABijectionForEverySizeUpToAThousand) {
  for (std::int64_t size = 1; size <= 1000; ++size) {
    const KeyedPermutation permutation(size, 17);
    std::vector<bool> seen(static_cast<std::size_t>(size));
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t image = permutation(i);
      ASSERT_TRUE(image >= 0 && image < size) << size;
      ASSERT_FALSE(seen[static_cast<std::size_t>(image)]) << size;
      seen[static_cast<std::size_t>(image)] = true;
      ASSERT_EQ(permutation.inverse(image), i) << size;
    }
  }
}

TEST(KeyedPermutation, IsABijectionForSizesUpTo64Bits) {
  for (const std::int64_t size : {std::int64_t{1'000'000'000'000}, std::int64_t{1} << 62,
                                  std::numeric_limits<std::int64_t>::max()}) {
    const KeyedPermutation permutation(size, 17);
    std::set<std::int64_t> images;
    for (std::int64_t n = 0; n < 2000; ++n) {
      const std::int64_t i = n % 2 == 0 ? n : size - 1 - n * (size / 2000);
      const std::int64_t image = permutation(i);
      ASSERT_TRUE(image >= 0 && image < size);
      ASSERT_EQ(permutation.inverse(image), i);
      images.insert(image);
    }
    EXPECT_EQ(images.size(), 2000u);
  }
}

/// Chi-square statistic of a 10 x 10 contingency table: tenths of the domain against tenths of the
/// image.
double grid_chi_square(std::int64_t size, std::uint64_t key) {
  const KeyedPermutation permutation(size, key);
  std::array<int, 100> cells{};
  for (std::int64_t i = 0; i < size; ++i) {
    ++cells.at(static_cast<std::size_t>(i * 10 / size * 10 + permutation(i) * 10 / size));
  }
  double sum = 0;
  const double expected = static_cast<double>(size) / 100;
  for (const int count : cells) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

// Row and column sums are fixed, so there are 9 * 9 = 81 degrees of freedom: mean 81, variance 162.
// The bound is five standard deviations on both sides: neither less nor more even than chance.
TEST(KeyedPermutation, MapsTenthsOfTheDomainLikeAUniformPermutation) {
  for (const std::int64_t size : {1000, 4096, 100'000, 1'000'000}) {
    for (std::uint64_t key = 0; key < 5; ++key) {
      EXPECT_NEAR(grid_chi_square(size, key), 81, 5 * std::sqrt(162.0)) << size << " " << key;
    }
  }
}

// Over all keys, every image of a fixed element is equally likely, even for tiny sizes whose halves
// have one or two bits: chi-square with size - 1 degrees of freedom, same bound as above.
TEST(KeyedPermutation, ImagesOfAnElementAreUniformOverKeys) {
  constexpr int kKeys = 20000;
  for (const std::int64_t size : {2, 3, 5, 10, 16, 17}) {
    std::vector<int> counts(static_cast<std::size_t>(size));
    for (std::uint64_t key = 0; key < kKeys; ++key) {
      ++counts.at(static_cast<std::size_t>(KeyedPermutation(size, key)(1)));
    }
    double sum = 0;
    const double expected = double{kKeys} / static_cast<double>(size);
    for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
    const double freedom = static_cast<double>(size - 1);
    EXPECT_LT(sum, freedom + 5 * std::sqrt(2 * freedom)) << size;
  }
}

std::vector<std::int64_t> order(std::uint64_t seed, std::int64_t first, std::int64_t size) {
  std::vector<std::int64_t> samples;
  for (std::int64_t n = 0; n < size; ++n) samples.push_back(sample_at(seed, first + n, size));
  return samples;
}

/// Number of positions where two orders agree: Poisson with mean 1 for two random permutations.
int agreements(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  int count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] == b[i];
  return count;
}

TEST(SampleAt, EveryEpochAndSeedIsADifferentPermutation) {
  const std::int64_t size = 1000;
  const auto first = order(1, 0, size), second = order(1, size, size), other = order(2, 0, size);
  for (const auto& samples : {first, second, other}) {
    EXPECT_EQ(std::set<std::int64_t>(samples.begin(), samples.end()).size(), 1000u);
  }
  // P(Poisson(1) >= 8) is 1e-5 per pair. The identity would be a failure as well.
  std::vector<std::int64_t> identity(1000);
  for (std::size_t i = 0; i < identity.size(); ++i) identity[i] = static_cast<std::int64_t>(i);
  EXPECT_LT(agreements(first, second), 8);
  EXPECT_LT(agreements(first, other), 8);
  EXPECT_LT(agreements(second, other), 8);
  EXPECT_LT(agreements(first, identity), 8);
}

}  // namespace
}  // namespace lamina
