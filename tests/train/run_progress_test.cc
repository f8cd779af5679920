#include "lamina/train/run_progress.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

TEST(RunProgress, HasNoEstimateBeforeFirstMicroBatch) {
  RunProgress progress(10, 0);
  progress.start_step(100);
  EXPECT_EQ(progress.text(), "step 0/10");
  EXPECT_FALSE(progress.seconds_per_step());
  EXPECT_FALSE(progress.seconds_left(105));
}

TEST(RunProgress, EstimatesFromFirstMicroBatch) {
  RunProgress progress(10, 0);
  progress.start_step(100);
  progress.end_micro_batch(1, 4, 103);
  EXPECT_EQ(progress.text(), "step 1/10 (micro-batch 1/4)");
  EXPECT_EQ(progress.seconds_per_step(), 12);      // four of 3 s
  EXPECT_EQ(progress.seconds_left(103), 120 - 3);  // ten steps, minus 3 s
}

TEST(RunProgress, EstimatesFromWholeStepsWithoutFirst) {
  RunProgress progress(10, 4);
  progress.start_step(0);
  progress.end_micro_batch(1, 2, 9);
  progress.end_micro_batch(2, 2, 10);
  progress.end_step(11);
  EXPECT_EQ(progress.text(), "step 5/10");
  EXPECT_EQ(progress.seconds_per_step(), 11);
  progress.start_step(20);  // after an evaluation
  progress.end_micro_batch(1, 2, 22);
  EXPECT_EQ(progress.seconds_per_step(), 11);
  EXPECT_EQ(progress.text(), "step 6/10 (micro-batch 1/2)");
  progress.end_step(24);
  EXPECT_EQ(progress.seconds_per_step(), 4);  // the first was a warm-up
  progress.start_step(24);
  progress.end_step(30);
  EXPECT_EQ(progress.seconds_per_step(), 5);  // the mean of 4 and 6
  EXPECT_EQ(progress.seconds_left(30), 15);   // three steps
}

TEST(RunProgress, ShowsOnlyStepsIfStepHasOneMicroBatch) {
  RunProgress progress(10, 0);
  progress.start_step(0);
  progress.end_micro_batch(1, 1, 2);
  progress.end_step(2);
  EXPECT_EQ(progress.text(), "step 1/10");
}

}  // namespace
}  // namespace lamina
