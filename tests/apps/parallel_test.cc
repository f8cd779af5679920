#include <csignal>
#include <thread>

#include "apps/small_run.h"
#include "process_state.h"

namespace lamina {
namespace {

class Parallel : public SmallRun {
 protected:
  /// Losses of 20 steps agree to 1e-6 relative: only the order of float32 sums may differ.
  void expect_same_losses(const std::string& a, const std::string& b) const {
    const auto x = losses(a), y = losses(b);
    ASSERT_EQ(x.size(), 20u);
    ASSERT_EQ(y.size(), 20u);
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(x[i] / y[i], 1, 1e-6) << "step " << i + 1;
  }
};

TEST_F(Parallel, TwoRanksTrainAsOneDoes) {
  train("one");
  train("two", "train.local_ranks=2");
  EXPECT_EQ(record("two")["num_ranks"], 2);
  expect_same_losses("one", "two");
  const double one = record("one")["validation"]["loss"], two = record("two")["validation"]["loss"];
  EXPECT_NEAR(one / two, 1, 1e-5);
  EXPECT_EQ(record("one")["validation"]["tokens"], record("two")["validation"]["tokens"]);
}

TEST_F(Parallel, RanksWithUnequalSharesTrainAsOneDoes) {
  train("one", "train.batch_sequences=7 train.tokens=4480");
  train("three", "train.batch_sequences=7 train.tokens=4480 train.local_ranks=3");
  expect_same_losses("one", "three");
}

TEST_F(Parallel, TheSizeOfMicroBatchesDoesNotMatter) {
  train("four");
  train("three", "train.micro_batch_sequences=3");
  train("eight", "train.micro_batch_sequences=8");
  expect_same_losses("four", "three");
  expect_same_losses("four", "eight");
}

TEST_F(Parallel, TheSameConfigurationGivesTheSameBits) {
  train("first", "train.precision=bf16");
  train("second", "train.precision=bf16");
  EXPECT_EQ(losses("first"), losses("second"));
}

TEST_F(Parallel, WhenOneRankDiesAllEndAndItIsNamed) {
  Child parent = program_.start("train small.yaml name=dying train.local_ranks=2 train.tokens=1e9");
  const auto metrics_file = run_folder("dying") / "metrics.jsonl";
  while (read_json_lines(metrics_file).empty() && !parent.poll()) std::this_thread::yield();
  const auto ranks = children_of(parent.pid());
  ASSERT_EQ(ranks.size(), 2u);
  ::kill(ranks[1], SIGKILL);
  EXPECT_NE(parent.wait(), 0);  // the test's own time limit is the bound
  const std::string errors = read_file(folder_.path() / "stderr");
  EXPECT_NE(errors.find("of 2 failed with exit status"), std::string::npos) << errors;
  for (const pid_t rank : ranks) EXPECT_NE(::kill(rank, 0), 0) << "a rank is still there";
}

TEST_F(Parallel, MoreRanksThanSequencesIsRefused) {
  const ProgramResult result =
      program_.run("train small.yaml train.local_ranks=2 train.batch_sequences=1");
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(
      result.errors.find("train.batch_sequences: got 1; expected at least 2, one for each rank"),
      std::string::npos)
      << result.errors;
}

}  // namespace
}  // namespace lamina
