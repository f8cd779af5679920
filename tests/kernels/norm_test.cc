#include "lamina/kernels/norm.h"

#include "kernels/against_float64.h"

namespace lamina {
namespace {

using Tensors = std::vector<at::Tensor>;

// Larger than the usual 1e-5, so that an epsilon in the wrong place changes the result.
constexpr double kEpsilon = 0.1;

at::Tensor plain_rms_norm(const at::Tensor& x, const at::Tensor& weight) {
  return x / (x.pow(2).mean(-1, true) + kEpsilon).sqrt() * weight;
}

at::Tensor plain_layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const at::Tensor centred = x - x.mean(-1, true);
  return centred / (centred.pow(2).mean(-1, true) + kEpsilon).sqrt() * weight + bias;
}

/// The value may be rounded to `dtype`; gradients are float32.
void expect_close(const Tensors& actual, const Tensors& expected, at::ScalarType dtype) {
  EXPECT_EQ(actual[0].scalar_type(), dtype);
  EXPECT_LT(difference(actual[0], expected[0]), error_of(dtype));
  for (std::size_t i = 1; i < actual.size(); ++i) {
    EXPECT_LT(difference(actual[i], expected[i]), kFloat32Error) << "gradient " << i - 1;
  }
}

// 150 rows: more than two partial sums of the weight's gradient.
TEST(RmsNorm, ValueAndGradientsEqualTheFormula) {
  for (const std::int64_t width : {1, 7, 33, 256}) {
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
      SCOPED_TRACE(testing::Message() << "width " << width << ", " << dtype);
      const Tensors inputs{random_values({3, 50, width}, at::kFloat, 1),
                           random_values({width}, at::kFloat, 2)};
      const at::Tensor upstream = random_values({3, 50, width}, dtype, 3);
      const auto actual = value_and_gradients(
          [&](const Tensors& in) { return rms_norm(in[0], in[1], kEpsilon, dtype); }, inputs,
          upstream);
      const auto expected =
          value_and_gradients([](const Tensors& in) { return plain_rms_norm(in[0], in[1]); },
                              to_float64(inputs), upstream);
      expect_close(actual, expected, dtype);
    }
  }
}

TEST(RmsNorm, KeepsFloat64) {
  const Tensors inputs{random_values({4, 33}, at::kDouble, 1), random_values({33}, at::kDouble, 2)};
  const at::Tensor upstream = random_values({4, 33}, at::kDouble, 3);
  const auto actual = value_and_gradients(
      [](const Tensors& in) { return rms_norm(in[0], in[1], kEpsilon, at::kDouble); }, inputs,
      upstream);
  const auto expected = value_and_gradients(
      [](const Tensors& in) { return plain_rms_norm(in[0], in[1]); }, inputs, upstream);
  for (std::size_t i = 0; i < actual.size(); ++i)
    EXPECT_LT(difference(actual[i], expected[i]), 1e-13);
}

TEST(RmsNorm, AcceptsATransposedInputAndGradient) {
  const Tensors inputs{random_values({33, 5}, at::kFloat, 1), random_values({33}, at::kFloat, 2)};
  const at::Tensor upstream = random_values({33, 5}, at::kFloat, 3);
  const auto actual = value_and_gradients(
      [](const Tensors& in) { return rms_norm(in[0].t(), in[1], kEpsilon, at::kFloat).t(); },
      inputs, upstream);
  const auto expected =
      value_and_gradients([](const Tensors& in) { return plain_rms_norm(in[0].t(), in[1]).t(); },
                          to_float64(inputs), upstream);
  expect_close(actual, expected, at::kFloat);
}

TEST(RmsNorm, HasTheSameBitsForAnyNumberOfThreads) {
  const Tensors inputs{random_values({4000, 67}, at::kFloat, 1),
                       random_values({67}, at::kFloat, 2)};
  const at::Tensor upstream = random_values({4000, 67}, at::kFloat, 3);
  EXPECT_TRUE(same_bits_with_one_and_two_threads([&] {
    return value_and_gradients(
        [](const Tensors& in) { return rms_norm(in[0], in[1], kEpsilon, at::kFloat); }, inputs,
        upstream);
  }));
}

TEST(LayerNorm, ValueAndGradientsEqualTheFormula) {
  for (const std::int64_t width : {1, 7, 33}) {
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
      SCOPED_TRACE(testing::Message() << "width " << width << ", " << dtype);
      const Tensors inputs{random_values({3, 5, width}, at::kFloat, 1),
                           random_values({width}, at::kFloat, 2),
                           random_values({width}, at::kFloat, 3)};
      const at::Tensor upstream = random_values({3, 5, width}, dtype, 4);
      const auto actual = value_and_gradients(
          [&](const Tensors& in) { return layer_norm(in[0], in[1], in[2], kEpsilon, dtype); },
          inputs, upstream);
      const auto expected = value_and_gradients(
          [](const Tensors& in) { return plain_layer_norm(in[0], in[1], in[2]); },
          to_float64(inputs), upstream);
      expect_close(actual, expected, dtype);
    }
  }
}

}  // namespace
}  // namespace lamina
