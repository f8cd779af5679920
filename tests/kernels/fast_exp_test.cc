#include <gtest/gtest.h>

#include <cmath>

#include "kernels/cpu/scalar.h"

namespace lamina {
namespace {

// Two units in the last place are at most 2 * 2^-23 of the value.
TEST(FastExp, IsWithinTwoUnitsInTheLastPlaceOfExp) {
  double worst = 0;
  for (std::int64_t i = -87 * 4096; i <= 88 * 4096; ++i) {
    const float x = static_cast<float>(i) / 4096;
    const double exact = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::abs(static_cast<double>(cpu::fast_exp(x)) / exact - 1));
  }
  EXPECT_LT(worst, 2 * 0x1p-23);
}

TEST(FastExp, StaysFiniteAndPositiveOutsideItsRange) {
  EXPECT_EQ(cpu::fast_exp(0), 1);
  EXPECT_EQ(cpu::fast_exp(1e30f), cpu::fast_exp(88));
  EXPECT_EQ(cpu::fast_exp(-1e30f), cpu::fast_exp(-87));
  EXPECT_TRUE(std::isnan(cpu::fast_exp(std::nanf(""))));
}

// Ties go to the neighbour whose last bit is 0, as in LibTorch.
TEST(BFloat16, RoundsToNearestEven) {
  const auto bits_of = [](float x) {
    cpu::BFloat16 rounded{};
    cpu::store(rounded, x);
    return rounded.bits;
  };
  EXPECT_EQ(bits_of(1), 0x3F80);
  EXPECT_EQ(bits_of(1 + 0x1p-8f), 0x3F80);             // half-way, down to even
  EXPECT_EQ(bits_of(1 + 3 * 0x1p-8f), 0x3F82);         // half-way, up to even
  EXPECT_EQ(bits_of(1 + 0x1p-8f + 0x1p-20f), 0x3F81);  // just above half-way
  EXPECT_EQ(bits_of(-2), 0xC000);
  EXPECT_EQ(bits_of(std::nanf("")), 0x7FC0);
  EXPECT_EQ(cpu::to_float(cpu::BFloat16{0x3F81}), 1 + 0x1p-7f);
}

}  // namespace
}  // namespace lamina
