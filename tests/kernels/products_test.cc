#include <ATen/ATen.h>

#include "kernels/against_float64.h"
#include "lamina/kernels/attention.h"
#include "lamina/kernels/cross_entropy.h"
#include "lamina/kernels/linear.h"
#include "lamina/kernels/target_scores.h"

// bfloat16 operands multiplied natively and, for processors without bfloat16 products, in float32.
// The operands are equal, so results differ only by the order of summation and, if they are rounded
// to bfloat16, by at most one rounding.
namespace lamina {
namespace {

using Tensors = std::vector<at::Tensor>;

constexpr std::int64_t kTokens = 37, kWidth = 48, kOutputs = 65;

/// Two results that were each rounded once may differ by one bfloat16 step.
constexpr double kOneRounding = kFloat32Error + kBFloat16Rounding;

LinearWeights weights(const at::Tensor& parameter, at::ScalarType products) {
  return {{parameter}, parameter.detach().to(at::kBFloat16).to(products)};
}

at::Tensor parameter() { return random_values({kOutputs, kWidth}, at::kFloat, 2) / 7; }

void expect_close(const Tensors& widened, const Tensors& native, double error) {
  ASSERT_EQ(widened.size(), native.size());
  for (std::size_t i = 0; i < native.size(); ++i) {
    EXPECT_EQ(widened[i].scalar_type(), native[i].scalar_type()) << i;
    EXPECT_LT(difference(widened[i], native[i].to(at::kDouble)), error) << i;
  }
}

TEST(WidenedProducts, LinearAgreesWithBFloat16Products) {
  const Tensors inputs{random_values({kTokens, kWidth}, at::kBFloat16, 1), parameter()};
  const at::Tensor upstream = random_values({kTokens, kOutputs}, at::kBFloat16, 3);
  const auto with = [&](at::ScalarType products) {
    return value_and_gradients(
        [&](const Tensors& in) { return linear(in[0], weights(in[1], products)); }, inputs,
        upstream);
  };
  const Tensors widened = with(at::kFloat);
  EXPECT_EQ(widened[0].scalar_type(), at::kBFloat16);
  EXPECT_EQ(widened[1].scalar_type(), at::kBFloat16);
  EXPECT_EQ(widened[2].scalar_type(), at::kFloat);
  expect_close(widened, with(at::kBFloat16), kOneRounding);
}

TEST(WidenedProducts, CrossEntropyAgreesWithBFloat16Products) {
  const Tensors inputs{random_values({kTokens, kWidth}, at::kBFloat16, 1), parameter()};
  const at::Tensor targets = at::randint(kOutputs, {kTokens}, at::kLong);
  const auto with = [&](at::ScalarType products) {
    return value_and_gradients(
        [&](const Tensors& in) {
          return linear_cross_entropy(in[0], weights(in[1], products), targets, 1.0 / kTokens);
        },
        inputs, at::ones({}));
  };
  // A logit that rounds to the other neighbour changes by up to 2^-8, and the loss with it.
  expect_close(with(at::kFloat), with(at::kBFloat16), 3 * kBFloat16Rounding);
}

TEST(WidenedProducts, TargetScoresAgreeWithBFloat16Products) {
  const at::Tensor x = random_values({kTokens, kWidth}, at::kBFloat16, 1);
  const at::Tensor positions = at::arange(kTokens);
  const at::Tensor targets = at::randint(kOutputs, {kTokens}, at::kLong);
  const auto with = [&](at::ScalarType products) {
    return Tensors{
        target_scores(x, weights(parameter(), products), positions, targets).log_probabilities_N};
  };
  expect_close(with(at::kFloat), with(at::kBFloat16), 3 * kBFloat16Rounding);
}

TEST(WidenedProducts, AttentionAgreesWithBFloat16Products) {
  const Tensors inputs{random_values({2, 9, 4, 8}, at::kBFloat16, 1),
                       random_values({2, 9, 2, 8}, at::kBFloat16, 2),
                       random_values({2, 9, 2, 8}, at::kBFloat16, 3)};
  const at::Tensor upstream = random_values({2, 9, 4, 8}, at::kBFloat16, 4);
  const auto with = [&](std::optional<at::ScalarType> products) {
    return value_and_gradients(
        [&](const Tensors& in) { return causal_attention(in[0], in[1], in[2], products); }, inputs,
        upstream);
  };
  const Tensors widened = with(at::kFloat);
  EXPECT_EQ(widened[0].scalar_type(), at::kBFloat16);
  // bfloat16 products round the attention weights as well (see attention_test.cc).
  expect_close(widened, with(std::nullopt), 5 * kBFloat16Rounding);
}

}  // namespace
}  // namespace lamina
