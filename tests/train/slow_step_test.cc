#include "lamina/train/slow_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lamina {
namespace {

using testing::HasSubstr;
using testing::Not;

StepConditions good_conditions() {
  return {.step_seconds = 154, .step_flops = 1.54e12, .num_threads = 8, .num_cores = 8, .load = 8};
}

TEST(SlowStep, IsExplainedByItsSizeInGoodConditions) {
  EXPECT_EQ(slow_step_text(good_conditions()),
            "a step takes about 2:34 (1.54 TFLOP, 0.01 TFLOP/s): the batch and the model are large "
            "for this device");
}

TEST(SlowStep, IsExplainedByPrecisionThreadsLoadAndMemory) {
  StepConditions conditions = good_conditions();
  conditions.lacks_bf16 = true;
  conditions.num_threads = 2;
  conditions.load = 16;
  conditions.swapped_bytes = 3LL << 30;
  const std::string text = slow_step_text(conditions);
  EXPECT_THAT(text, HasSubstr("train.precision is bf16"));
  EXPECT_THAT(text, HasSubstr("2 of 8 cores are used (see train.threads, OMP_NUM_THREADS)"));
  EXPECT_THAT(text, HasSubstr("16 processes share 8 cores"));
  EXPECT_THAT(text, HasSubstr("3.00 GiB of this process are swapped out"));
  conditions.is_cpu = false;
  EXPECT_THAT(slow_step_text(conditions), Not(HasSubstr("bf16")));
  EXPECT_THAT(slow_step_text(conditions), Not(HasSubstr("cores")));
}

TEST(SlowStep, ConditionsAreThoseOfThisProcess) {
  const StepConditions conditions = look_at_conditions(Placement{.widens_products = true}, 5);
  EXPECT_TRUE(conditions.is_cpu);
  EXPECT_TRUE(conditions.lacks_bf16);
  EXPECT_GT(conditions.num_threads, 0);
  EXPECT_GT(conditions.num_cores, 0);
  EXPECT_EQ(conditions.step_flops, 5);
}

}  // namespace
}  // namespace lamina
