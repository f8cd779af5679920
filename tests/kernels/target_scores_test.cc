#include "lamina/kernels/target_scores.h"

#include "kernels/against_float64.h"

namespace lamina {
namespace {

LinearWeights head_of(const at::Tensor& weight, at::ScalarType compute) {
  return {{weight}, weight.to(compute)};
}

at::Tensor indices(const std::vector<std::int64_t>& values) {
  return at::tensor(values, at::kLong);
}

/// Every position with every token.
struct AllPairs {
  AllPairs(std::int64_t num_positions, std::int64_t vocab_size)
      : positions(at::arange(num_positions).repeat_interleave(vocab_size)),
        targets(at::arange(vocab_size).repeat({num_positions})) {}
  at::Tensor positions, targets;
};

// 1,030 positions and 4,500 tokens make two blocks of three tiles, the last ones shorter.
TEST(TargetScores, EqualTheLogSoftmaxInEveryBlockAndTile) {
  const at::Tensor x = random_values({1030, 4}, at::kFloat, 1);
  const at::Tensor weight = random_values({4500, 4}, at::kFloat, 2);
  const at::Tensor positions = indices({0, 0, 0, 0, 0, 1023, 1024, 1029, 1029});
  const at::Tensor targets = indices({0, 2047, 2048, 4096, 4499, 5, 6, 2049, 4095});
  const at::Tensor expected =
      at::log_softmax(at::mm(x.to(at::kDouble), weight.to(at::kDouble).t()), -1)
          .index({positions, targets});
  const TargetScores scores = target_scores(x, head_of(weight, at::kFloat), positions, targets);
  EXPECT_EQ(scores.log_probabilities_N.scalar_type(), at::kFloat);
  EXPECT_LT(difference(scores.log_probabilities_N, expected), 2e-5);
}

// Integers make the logits exact in every dtype.
TEST(TargetScores, ProbabilitiesOfAllTokensAddUpToOneInEveryDtype) {
  for (const auto dtype : {at::kFloat, at::kBFloat16, at::kDouble}) {
    const at::Tensor x = random_values({6, 5}, dtype, 1).round();
    const at::Tensor weight = random_values({33, 5}, dtype, 2).round();
    const AllPairs pairs(6, 33);
    const TargetScores scores =
        target_scores(x, head_of(weight, dtype), pairs.positions, pairs.targets);
    EXPECT_EQ(scores.log_probabilities_N.scalar_type(),
              dtype == at::kDouble ? at::kDouble : at::kFloat);
    const at::Tensor sums = scores.log_probabilities_N.to(at::kDouble).exp().view({6, 33}).sum(-1);
    EXPECT_LT(difference(sums, at::ones({6}, at::kDouble)), dtype == at::kDouble ? 1e-14 : 1e-6);
  }
}

TEST(TargetScores, OnlyTheLargestLogitIsGreedy) {
  const at::Tensor x = random_values({6, 5}, at::kFloat, 1);
  const at::Tensor weight = random_values({3000, 5}, at::kFloat, 2);
  const AllPairs pairs(6, 3000);
  const TargetScores scores =
      target_scores(x, head_of(weight, at::kFloat), pairs.positions, pairs.targets);
  const at::Tensor is_greedy = scores.is_greedy_N.view({6, 3000}).to(at::kLong);
  EXPECT_TRUE(at::equal(is_greedy.sum(-1), at::ones({6}, at::kLong)));
  EXPECT_TRUE(at::equal(is_greedy.argmax(-1), at::mm(x, weight.t()).argmax(-1)));
}

// Ties within a tile and between tiles, and NaN: at most the lowest token id is greedy.
TEST(TargetScores, TheLowestTokenIdIsGreedyOnTies) {
  for (const auto dtype : {at::kFloat, at::kBFloat16, at::kDouble}) {
    at::Tensor weight = at::zeros({4500, 1}, dtype);
    for (const std::int64_t token : {700, 701, 3000, 4499}) weight[token] = 2;
    const at::Tensor x = at::tensor({0.0, 1.0, -1.0}).to(dtype).view({3, 1});
    const TargetScores scores =
        target_scores(x, head_of(weight, dtype), indices({0, 0, 1, 1, 1, 1, 2, 2, 2}),
                      indices({0, 1, 0, 700, 701, 3000, 0, 1, 700}));
    EXPECT_EQ(scores.is_greedy_N.nonzero().flatten().equal(indices({0, 3, 6})), true) << dtype;
  }
  const at::Tensor nan = at::full({1, 1}, std::nan(""), at::kFloat);
  const TargetScores scores =
      target_scores(nan, head_of(at::ones({9, 1}), at::kFloat), indices({0, 0}), indices({0, 8}));
  EXPECT_FALSE(scores.is_greedy_N.any().item<bool>());
}

TEST(TargetScores, WithoutPairsThereAreNoScores) {
  const at::Tensor none = indices({});
  const TargetScores scores =
      target_scores(random_values({3, 5}, at::kFloat, 1),
                    head_of(random_values({7, 5}, at::kFloat, 2), at::kFloat), none, none);
  EXPECT_EQ(scores.log_probabilities_N.numel(), 0);
}

TEST(TargetScores, RefusesMismatchedShapes) {
  EXPECT_EQ(
      check_message([&] {
        target_scores(at::zeros({6, 5}), head_of(at::zeros({7, 5}), at::kFloat), indices({1}),
                      indices({1, 2}));
      }),
      "[target_scores] x must be (P, D), positions and targets (N) but got [6, 5], [1] and [2]");
}

}  // namespace
}  // namespace lamina
