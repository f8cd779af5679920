#include "lamina/train/metrics_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temporary_folder.h"

namespace lamina {
namespace {

using testing::ElementsAre;

class MetricsLogTest : public testing::Test {
 protected:
  /// Logs steps [first, last] of a run of `num_steps`, resumed from the one before the first.
  void log_steps(std::int64_t first, std::int64_t last, std::int64_t num_steps) const {
    MetricsLog log(file(), first - 1,
                   {.num_steps = num_steps,
                    .tokens_per_step = 32,
                    .flops_per_token = 1,
                    .peak_flops = 1,
                    .log_every_steps = 4});
    for (std::int64_t step = first; step <= last; ++step) {
      TrainingState state;
      state.step = step;
      state.tokens = 32 * step;
      log.add_step(state, {.loss = 1.0 / static_cast<double>(step)}, 0);
    }
  }

  std::vector<std::int64_t> logged_steps() const {
    std::vector<std::int64_t> steps;
    for (const Json& line : read_json_lines(file())) steps.push_back(line["step"]);
    return steps;
  }

  std::filesystem::path file() const { return folder_.path() / "metrics.jsonl"; }

  TemporaryFolder folder_;
};

TEST_F(MetricsLogTest, HasEverySoManyStepsAndTheLastOne) {
  log_steps(1, 10, 10);
  EXPECT_THAT(logged_steps(), ElementsAre(4, 8, 10));
  const Json last = read_json_lines(file()).back();
  EXPECT_EQ(last["tokens"], 320);
  EXPECT_EQ(last["loss"], 0.1);
}

TEST_F(MetricsLogTest, HasTheLastStepOnceWhereItIsDueAnyway) {
  log_steps(1, 8, 8);
  EXPECT_THAT(logged_steps(), ElementsAre(4, 8));
}

TEST_F(MetricsLogTest, OfAResumedRunDropsTheLinesOfLaterSteps) {
  log_steps(1, 9, 12);
  log_steps(6, 12, 12);
  EXPECT_THAT(logged_steps(), ElementsAre(4, 8, 12));
}

}  // namespace
}  // namespace lamina
