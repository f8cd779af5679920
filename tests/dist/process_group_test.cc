#include "lamina/dist/process_group.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <chrono>
#include <thread>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "dist/two_ranks.h"
#include "error_text.h"
#include "lamina/core/error.h"
#include "lamina/dist/agreement.h"
#include "lamina/dist/gradient_reducer.h"

namespace lamina {
namespace {

at::Tensor values(const std::vector<float>& numbers) { return at::tensor(numbers); }

TEST(ProcessGroup, OfOneDoesNothing) {
  const ProcessGroup group(LaunchEnvironment{}, at::kCPU);
  EXPECT_EQ(group.size(), 1);
  EXPECT_TRUE(group.is_first());
  EXPECT_EQ(group.backend(), nullptr);
  const at::Tensor tensor = values({1, 2});
  group.all_reduce_sum(tensor);
  group.barrier();
  EXPECT_TRUE(at::equal(tensor, values({1, 2})));
}

TEST(ProcessGroup, SumsOverTwoRanks) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const ProcessGroup group(launch_environment(), at::kCPU);
  EXPECT_EQ(group.size(), 2);
  const float mine = group.is_first() ? 1 : 10;
  const at::Tensor floats = values({mine, 2 * mine}), wide = at::full({1}, 1e300, at::kDouble);
  group.all_reduce_sum(floats);
  group.all_reduce_sum(wide);
  EXPECT_TRUE(at::equal(floats, values({11, 22})));
  EXPECT_EQ(wide.item<double>(), 2e300);
}

TEST(ProcessGroup, JoinsThroughStoreOfLauncher) {
  if (!is_a_rank()) {
    c10d::TCPStoreOptions options;
    options.port = 0;
    options.isServer = true;
    options.waitWorkers = false;
    const c10d::TCPStore store("127.0.0.1", options);
    return expect_two_ranks_succeed(store.getPort(), {"TORCHELASTIC_USE_AGENT_STORE=True"});
  }
  const ProcessGroup group(launch_environment(), at::kCPU);
  const at::Tensor one = at::ones({1});
  group.all_reduce_sum(one);
  EXPECT_EQ(one.item<float>(), 2);
}

// torchrun keeps its store, with the keys of the previous start.
TEST(ProcessGroup, JoinsAgainThroughStoreOfLauncherThatRestartsRanks) {
  if (!is_a_rank()) {
    c10d::TCPStoreOptions options;
    options.port = 0;
    options.isServer = true;
    options.waitWorkers = false;
    const c10d::TCPStore store("127.0.0.1", options);
    for (const std::string count : {"0", "1", "2"}) {
      expect_two_ranks_succeed(store.getPort(),
                               {"TORCHELASTIC_USE_AGENT_STORE=True", "TORCHELASTIC_RUN_ID=none",
                                "TORCHELASTIC_RESTART_COUNT=" + count});
    }
    return;
  }
  const ProcessGroup group(launch_environment(), at::kCPU);
  const at::Tensor one = at::ones({1});
  group.all_reduce_sum(one);
  EXPECT_EQ(one.item<float>(), 2);
}

TEST(ProcessGroup, DecidesOnRankZeroForAllRanks) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const ProcessGroup group(launch_environment(), at::kCPU);
  for (const std::string round : {"", "second"}) {
    const std::string decided =
        group.decide(group.is_first() ? "zero" : round, [&](std::span<const std::string> by_rank) {
          EXPECT_TRUE(group.is_first());
          return std::string(by_rank[0]) + "," + by_rank[1];
        });
    EXPECT_EQ(decided, "zero," + round);
  }
}

TEST(ProcessGroup, DecisionThatThrowsThrowsOnEveryRank) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const ProcessGroup group(launch_environment(), at::kCPU);
  const std::string error = error_text([&] {
    group.decide("", [](std::span<const std::string>) -> std::string { throw Error("refused"); });
  });
  EXPECT_EQ(error, "refused");
}

TEST(ProcessGroup, FailedRankIsNamedByRanksThatWaitForIt) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const bool fails = launch_environment().rank == 1;
  const std::string error = error_text([&] {
    const ProcessGroup group(launch_environment(), at::kCPU);
    if (fails) throw Error("its own message");
    group.decide("", [](std::span<const std::string>) { return ""; });
  });
  EXPECT_EQ(error, fails ? "its own message" : "rank 1 has failed; its own message says why");
}

TEST(ProcessGroup, FailedRankIsNamedByRanksThatReduceWithIt) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const bool fails = launch_environment().rank == 0;
  const std::string error = error_text([&] {
    const ProcessGroup group(launch_environment(), at::kCPU);
    if (fails) throw Error("its own message");
    group.barrier();
  });
  EXPECT_EQ(error, fails ? "its own message" : "rank 0 has failed; its own message says why");
}

TEST(ProcessGroup, DisagreementThrowsOnEveryRank) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const ProcessGroup group(launch_environment(), at::kCPU);
  require_agreement(group, Json{{"seed", 3}});
  const std::string error = error_text([&] {
    require_agreement(group, Json{{"seed", group.rank()}});
  });
  EXPECT_EQ(
      error,
      "seed is 0 on rank 0, 1 on rank 1; all ranks of a run need the same configuration, data "
      "and program");
}

TEST(ProcessGroup, NoRankPassesBarrierBeforeAllHaveCalledIt) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const ProcessGroup group(launch_environment(), at::kCPU);
  for (int round = 0; round < 20; ++round) {
    const auto file = folder_of_ranks() / ("round" + std::to_string(round));
    if (!group.is_first()) write_file_atomically(file, "here");
    group.barrier();
    EXPECT_TRUE(std::filesystem::exists(file));
  }
}

TEST(ProcessGroup, FirstRankRunsActionBeforeOthers) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const ProcessGroup group(launch_environment(), at::kCPU);
  for (int round = 0; round < 3; ++round) {
    const auto file = folder_of_ranks() / ("made" + std::to_string(round));
    group.first_before_others([&] {
      if (!group.is_first()) {
        EXPECT_TRUE(std::filesystem::exists(file));
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      write_file_atomically(file, "made");
    });
  }
}

TEST(GradientReducer, DoesNotChangeGradientsInGroupOfOne) {
  const ProcessGroup group(LaunchEnvironment{}, at::kCPU);
  const at::Tensor weight = at::ones({3}).requires_grad_();
  GradientReducer reducer({weight}, group);
  reducer.reduce_in_next_backward();
  (weight * values({1, 2, 3})).sum().backward();
  EXPECT_TRUE(at::equal(weight.grad(), values({1, 2, 3})));
}

/// Parameters that fill more than one bucket of the reducer (the first has 1 MiB).
std::vector<at::Tensor> parameters_of_several_buckets() {
  return {at::ones({3}).requires_grad_(), at::ones({300, 1000}).requires_grad_(),
          at::ones({2}).requires_grad_()};
}

/// A loss whose gradient is `slope` times 1, 2, ... in the vector, `slope` in the matrix, and
/// slope squared in the last.
at::Tensor loss_of(const std::vector<at::Tensor>& parameters, double slope) {
  return slope * ((parameters[0] * values({1, 2, 3})).sum() + parameters[1].sum() +
                  slope * parameters[2].sum());
}

// Rank 0 has slopes 1 and 2, rank 1 has 3 and 6: sums 3 and 9, a mean of 6; squares 5 and 45: 25.
TEST(GradientReducer, AveragesAccumulatedGradientsOverRanks) {
  if (!is_a_rank()) return expect_two_ranks_succeed(free_port());
  const ProcessGroup group(launch_environment(), at::kCPU);
  const auto parameters = parameters_of_several_buckets();
  GradientReducer reducer(parameters, group);
  const double slope = group.is_first() ? 1 : 3;
  for (int step = 0; step < 3; ++step) {
    loss_of(parameters, slope).backward();
    EXPECT_TRUE(at::equal(parameters[0].grad(), values({1, 2, 3}) * slope)) << "not reduced yet";
    reducer.reduce_in_next_backward();
    loss_of(parameters, 2 * slope).backward();
    EXPECT_TRUE(at::equal(parameters[0].grad(), values({6, 12, 18})));
    EXPECT_TRUE(at::equal(parameters[1].grad(), at::full({300, 1000}, 6.0f)));
    EXPECT_TRUE(at::equal(parameters[2].grad(), values({25, 25})));
    for (const at::Tensor& parameter : parameters) parameter.mutable_grad() = at::Tensor();
  }
}

}  // namespace
}  // namespace lamina
