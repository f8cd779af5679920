#include "lamina/kernels/cross_entropy.h"

#include "kernels/against_float64.h"

namespace lamina {
namespace {

using Tensors = std::vector<at::Tensor>;

at::Tensor random_targets(std::int64_t count, std::int64_t vocab_size) {
  at::manual_seed(9);
  const at::Tensor targets = at::randint(vocab_size, {count}, at::kLong);
  targets.slice(0, 0, targets.size(0), 3).fill_(-1);
  return targets;
}

at::Tensor plain_losses(const at::Tensor& logits, const at::Tensor& targets) {
  const at::Tensor at_target = logits.gather(1, targets.clamp_min(0).unsqueeze(1)).squeeze(1);
  return (logits.exp().sum(-1).log() - at_target) * targets.ge(0).to(at::kDouble);
}

/// The value, then the gradients of x and the parameter.
Tensors fused(const Tensors& x_and_weight, const at::Tensor& targets, double scale,
              double upstream) {
  return value_and_gradients(
      [&](const Tensors& in) {
        const LinearWeights head{{in[1]}, in[1].detach().to(in[0].scalar_type())};
        return linear_cross_entropy(in[0], head, targets, scale);
      },
      x_and_weight, at::full({}, upstream));
}

Tensors plain(const Tensors& x_and_weight, const at::Tensor& targets, double scale,
              double upstream) {
  return value_and_gradients(
      [&](const Tensors& in) {
        return plain_losses(at::mm(in[0], in[1].t()), targets).sum() * scale;
      },
      to_float64(x_and_weight), at::full({}, upstream));
}

TEST(LinearCrossEntropy, ValueAndGradientsEqualTheFormula) {
  for (const std::int64_t vocab_size : {1, 7, 33}) {
    SCOPED_TRACE(testing::Message() << "V " << vocab_size);
    const Tensors inputs{random_values({20, 5}, at::kFloat, 1),
                         random_values({vocab_size, 5}, at::kFloat, 2)};
    const at::Tensor targets = random_targets(20, vocab_size);
    const auto actual = fused(inputs, targets, 0.25, 1), expected = plain(inputs, targets, 0.25, 1);
    EXPECT_EQ(actual[0].scalar_type(), at::kFloat);
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_LT(difference(actual[i], expected[i]), kFloat32Error) << i;
  }
}

TEST(LinearCrossEntropy, KeepsFloat64) {
  const Tensors inputs{random_values({20, 5}, at::kDouble, 1),
                       random_values({33, 5}, at::kDouble, 2)};
  const at::Tensor targets = random_targets(20, 33);
  const auto actual = fused(inputs, targets, 0.25, -2), expected = plain(inputs, targets, 0.25, -2);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_LT(difference(actual[i], expected[i]), 1e-13) << i;
}

// Integers make the logits exact, so the only errors are the roundings of the logits' gradient g
// and of the results, each at most 2^-8 of the sums of absolute products.
TEST(LinearCrossEntropy, RoundsOnlyGradientsToBFloat16) {
  const Tensors inputs{random_values({20, 5}, at::kFloat, 1).round().to(at::kBFloat16),
                       random_values({33, 5}, at::kFloat, 2).round()};
  const at::Tensor targets = random_targets(20, 33);
  const auto actual = fused(inputs, targets, 0.25, 1), expected = plain(inputs, targets, 0.25, 1);
  EXPECT_EQ(actual[0].scalar_type(), at::kFloat);
  EXPECT_LT(difference(actual[0], expected[0]), kFloat32Error);
  EXPECT_EQ(actual[1].scalar_type(), at::kBFloat16);
  EXPECT_EQ(actual[2].scalar_type(), at::kFloat);

  const at::Tensor x = inputs[0].to(at::kDouble), weight = inputs[1].to(at::kDouble);
  const auto g = value_and_gradients(
                     [&](const Tensors& in) { return plain_losses(in[0], targets).sum() * 0.25; },
                     {at::mm(x, weight.t())}, at::ones({}))[1]
                     .abs();
  const at::Tensor x_error = 2 * kBFloat16Rounding * at::mm(g, weight.abs());
  const at::Tensor weight_error = 2 * kBFloat16Rounding * at::mm(g.t(), x.abs());
  EXPECT_TRUE((actual[1] - expected[1]).abs().le(x_error + 1e-6).all().item<bool>());
  EXPECT_TRUE((actual[2] - expected[2]).abs().le(weight_error + 1e-6).all().item<bool>());
}

// A block has 2^23 logits, 209 of these rows: three blocks, the last one shorter. A float32 sum of
// 40,000 terms in 16 lanes has 2,500 roundings of 2^-24 per lane: at most 1.5e-4.
TEST(LinearCrossEntropy, SeveralBlocksAddUp) {
  const Tensors inputs{random_values({500, 4}, at::kFloat, 1),
                       random_values({40000, 4}, at::kFloat, 2)};
  const at::Tensor targets = random_targets(500, 40000);
  const auto actual = fused(inputs, targets, 1, 1), expected = plain(inputs, targets, 1, 1);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_LT(difference(actual[i], expected[i]), 1.5e-4) << i;
}

TEST(LinearCrossEntropy, TheUpstreamGradientMultipliesAllGradients) {
  const Tensors inputs{random_values({20, 5}, at::kFloat, 1),
                       random_values({33, 5}, at::kFloat, 2)};
  const at::Tensor targets = random_targets(20, 33);
  const auto once = fused(inputs, targets, 0.25, 1), eight_times = fused(inputs, targets, 0.25, 8);
  EXPECT_TRUE(at::equal(once[0], eight_times[0]));
  for (std::size_t i = 1; i < 3; ++i) EXPECT_TRUE(at::equal(once[i] * 8, eight_times[i])) << i;
}

TEST(LinearCrossEntropy, ScaleMultipliesLossAndGradients) {
  const Tensors inputs{random_values({20, 5}, at::kFloat, 1),
                       random_values({33, 5}, at::kFloat, 2)};
  const at::Tensor targets = random_targets(20, 33);
  const auto whole = fused(inputs, targets, 1, 1), half = fused(inputs, targets, 0.5, 1);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(at::equal(whole[i] * 0.5, half[i])) << i;
}

TEST(LinearCrossEntropy, RowsWithoutATargetContributeNothing) {
  const Tensors inputs{random_values({6, 5}, at::kFloat, 1), random_values({7, 5}, at::kFloat, 2)};
  const auto none = fused(inputs, at::full({6}, -100, at::kLong), 1, 1);
  for (const at::Tensor& result : none) EXPECT_TRUE(result.eq(0).all().item<bool>());
  const auto some = fused(inputs, random_targets(6, 7), 1, 1);  // rows 0 and 3 have none
  EXPECT_TRUE(some[1][3].eq(0).all().item<bool>());
  EXPECT_TRUE(some[1][4].ne(0).all().item<bool>());
}

// With the identity matrix as the head, the products are exact, so only the fused loops can differ.
TEST(LinearCrossEntropy, LossAndGradientHaveTheSameBitsForAnyNumberOfThreads) {
  const Tensors inputs{random_values({600, 257}, at::kFloat, 1), at::eye(257)};
  const at::Tensor targets = random_targets(600, 257);
  EXPECT_TRUE(same_bits_with_one_and_two_threads([&] {
    const auto results = fused(inputs, targets, 0.25, 1);
    return Tensors{results[0], results[1]};
  }));
}

TEST(LinearCrossEntropy, HugeLogitsStayFinite) {
  const Tensors inputs{at::full({1, 1}, 1e4f), at::tensor(std::vector<float>{1, -1}).unsqueeze(1)};
  const auto right = fused(inputs, at::zeros({1}, at::kLong), 1, 1);
  const auto wrong = fused(inputs, at::ones({1}, at::kLong), 1, 1);
  EXPECT_EQ(right[0].item<float>(), 0);
  EXPECT_EQ(wrong[0].item<float>(), 2e4f);
  EXPECT_EQ(wrong[1].item<float>(), 2);  // 1 * w_0 - 1 * w_1
}

TEST(LinearCrossEntropy, RefusesMismatchedShapes) {
  const LinearWeights head{{at::zeros({7, 5})}, at::zeros({7, 5})};
  EXPECT_EQ(check_message([&] {
              linear_cross_entropy(at::zeros({6, 5}), head, at::zeros({4}, at::kLong), 1);
            }),
            "[linear_cross_entropy] x must be (N, D) and targets (N) but got [6, 5] and [4]");
}

}  // namespace
}  // namespace lamina
