#include "lamina/train/skipped_steps.h"

#include <gtest/gtest.h>

#include <cmath>

#include "error_text.h"

namespace lamina {
namespace {

std::string failure(std::int64_t step, std::int64_t skipped, std::int64_t in_row, bool finished) {
  TrainingState state;
  state.step = step;
  state.skipped_steps = skipped;
  state.skipped_in_row = in_row;
  const StepResult result{.loss = NAN, .learning_rate = 0.5};
  return error_text([&] { check_skipped_steps(state, result, finished); });
}

TEST(SkippedSteps, FailRunAfterTwentyInRow) {
  EXPECT_EQ(failure(1000, 19, 19, false), "");
  EXPECT_EQ(failure(1000, 20, 20, false),
            "step 1000: the last 20 steps were skipped, because their gradients were not finite "
            "(loss nan, learning rate 0.5); try a lower optimizer.learning_rate; checkpoints of "
            "earlier steps are kept");
}

TEST(SkippedSteps, FailRunIfMoreThanTenthWasSkippedOnceMeaningful) {
  EXPECT_EQ(failure(100, 19, 1, false), "");  // fewer than twenty are not meaningful
  EXPECT_EQ(failure(200, 20, 1, false), "");  // exactly a tenth
  EXPECT_EQ(failure(199, 20, 1, false).substr(0, 43),
            "step 199: 20 of 199 steps were skipped, bec");
  EXPECT_EQ(failure(20, 2, 0, true), "");
  EXPECT_EQ(failure(20, 3, 0, true).substr(0, 38), "step 20: 3 of 20 steps were skipped, b");
}

}  // namespace
}  // namespace lamina
