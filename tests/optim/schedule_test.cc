#include "lamina/optim/schedule.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

/// Peak 2, final value 0.2, decay over the last fifth.
ScheduleSettings settings_of(ScheduleShape shape, double warmup_fraction) {
  return {.learning_rate = 2,
          .schedule = shape,
          .warmup_fraction = warmup_fraction,
          .final_fraction = 0.1,
          .decay_fraction = 0.2};
}

/// The learning rate in a run of 100 tokens.
double rate(ScheduleShape shape, double warmup_fraction, double tokens_seen) {
  return learning_rate_at(settings_of(shape, warmup_fraction), tokens_seen, 100);
}

constexpr std::array kShapes{ScheduleShape::kCosine, ScheduleShape::kLinear,
                             ScheduleShape::kConstant, ScheduleShape::kWarmupStableDecay};

TEST(Schedule, WarmsUpLinearlyAndReachesThePeak) {
  for (const ScheduleShape shape : kShapes) {
    EXPECT_NEAR(rate(shape, 0.1, 1), 0.2, 1e-12);
    EXPECT_NEAR(rate(shape, 0.1, 5), 1, 1e-12);
    EXPECT_NEAR(rate(shape, 0.1, 10), 2, 1e-12);
  }
}

TEST(Schedule, EndsAtTheFinalFractionOfThePeak) {
  EXPECT_NEAR(rate(ScheduleShape::kCosine, 0.1, 100), 0.2, 1e-12);
  EXPECT_NEAR(rate(ScheduleShape::kLinear, 0.1, 100), 0.2, 1e-12);
  EXPECT_NEAR(rate(ScheduleShape::kWarmupStableDecay, 0.1, 100), 0.2, 1e-12);
  EXPECT_EQ(rate(ScheduleShape::kConstant, 0.1, 100), 2);
}

TEST(Schedule, TheLastStepMayExceedTheTokens) {
  for (const ScheduleShape shape : kShapes)
    EXPECT_NEAR(rate(shape, 0.1, 107), rate(shape, 0.1, 100), 1e-12);
}

// 40 and 55 are a third and a half of the way from 10 to 100; cos(pi / 3) = 1/2.
TEST(Schedule, CosineByHand) {
  EXPECT_NEAR(rate(ScheduleShape::kCosine, 0.1, 40), 2 * (0.1 + 0.9 * 0.75), 1e-12);
  EXPECT_NEAR(rate(ScheduleShape::kCosine, 0.1, 55), 2 * (0.1 + 0.9 * 0.5), 1e-12);
}

TEST(Schedule, LinearByHand) {
  EXPECT_NEAR(rate(ScheduleShape::kLinear, 0.1, 40), 1.4, 1e-12);
  EXPECT_NEAR(rate(ScheduleShape::kLinear, 0.1, 55), 1.1, 1e-12);
}

TEST(Schedule, ConstantStaysAtThePeak) {
  for (const double tokens : {10, 50, 99})
    EXPECT_EQ(rate(ScheduleShape::kConstant, 0.1, tokens), 2);
}

TEST(Schedule, WarmupStableDecayByHand) {
  for (const double tokens : {11, 50, 80}) {
    EXPECT_NEAR(rate(ScheduleShape::kWarmupStableDecay, 0.1, tokens), 2, 1e-12);
  }
  EXPECT_NEAR(rate(ScheduleShape::kWarmupStableDecay, 0.1, 85), 2 * (1 - 0.9 * 0.25), 1e-12);
  EXPECT_NEAR(rate(ScheduleShape::kWarmupStableDecay, 0.1, 90), 1.1, 1e-12);
}

// After a warm-up of 90 %, only 10 % of the tokens remain for a decay of 20 %.
TEST(Schedule, DecayIsLimitedToTheTokensAfterTheWarmUp) {
  EXPECT_NEAR(rate(ScheduleShape::kWarmupStableDecay, 0.9, 90), 2, 1e-12);
  EXPECT_NEAR(rate(ScheduleShape::kWarmupStableDecay, 0.9, 95), 1.1, 1e-12);
  EXPECT_NEAR(rate(ScheduleShape::kWarmupStableDecay, 0.9, 100), 0.2, 1e-12);
}

TEST(Schedule, WithoutWarmUpStartsAtThePeak) {
  EXPECT_NEAR(rate(ScheduleShape::kLinear, 0, 1), 2 * (1 - 0.9 * 0.01), 1e-12);
  for (const ScheduleShape shape : kShapes) EXPECT_NEAR(rate(shape, 0, 0), 2, 1e-12);
}

TEST(Schedule, MayConsistOfWarmUpOnly) {
  for (const ScheduleShape shape : kShapes) {
    EXPECT_NEAR(rate(shape, 1, 50), 1, 1e-12);
    EXPECT_NEAR(rate(shape, 1, 99), 1.98, 1e-12);
  }
  EXPECT_EQ(rate(ScheduleShape::kConstant, 1, 100), 2);
}

}  // namespace
}  // namespace lamina
