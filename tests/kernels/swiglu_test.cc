#include "lamina/kernels/swiglu.h"

#include "kernels/against_float64.h"

namespace lamina {
namespace {

using Tensors = std::vector<at::Tensor>;

at::Tensor plain_swiglu(const at::Tensor& gate_up) {
  const std::int64_t width = gate_up.size(-1) / 2;
  const at::Tensor gate = gate_up.slice(-1, 0, width);
  return gate / (1 + (-gate).exp()) * gate_up.slice(-1, width);
}

TEST(Swiglu, ValueAndGradientEqualTheFormula) {
  for (const std::int64_t width : {1, 7, 33}) {
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
      SCOPED_TRACE(testing::Message() << "width " << width << ", " << dtype);
      const Tensors inputs{random_values({2, 5, 2 * width}, dtype, 1) * 3};
      const at::Tensor upstream = random_values({2, 5, width}, dtype, 2);
      const auto actual =
          value_and_gradients([](const Tensors& in) { return swiglu(in[0]); }, inputs, upstream);
      const auto expected = value_and_gradients(
          [](const Tensors& in) { return plain_swiglu(in[0]); }, to_float64(inputs), upstream);
      EXPECT_EQ(actual[0].scalar_type(), dtype);
      for (std::size_t i = 0; i < 2; ++i)
        EXPECT_LT(difference(actual[i], expected[i]), error_of(dtype));
    }
  }
}

TEST(Swiglu, KeepsFloat64) {
  const Tensors inputs{random_values({5, 14}, at::kDouble, 1)};
  const at::Tensor upstream = random_values({5, 7}, at::kDouble, 2);
  const auto actual =
      value_and_gradients([](const Tensors& in) { return swiglu(in[0]); }, inputs, upstream);
  const auto expected =
      value_and_gradients([](const Tensors& in) { return plain_swiglu(in[0]); }, inputs, upstream);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_LT(difference(actual[i], expected[i]), 1e-14);
}

TEST(Swiglu, AcceptsStridedRows) {
  const Tensors inputs{random_values({5, 40}, at::kFloat, 1)};
  const at::Tensor upstream = random_values({7, 5}, at::kFloat, 2);
  const auto actual = value_and_gradients(
      [](const Tensors& in) { return swiglu(in[0].slice(-1, 3, 17)).t(); }, inputs, upstream);
  const auto expected = value_and_gradients(
      [](const Tensors& in) { return plain_swiglu(in[0].slice(-1, 3, 17)).t(); },
      to_float64(inputs), upstream);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_LT(difference(actual[i], expected[i]), kFloat32Error);
}

// exp overflows float32 beyond 88: the gate must then be fully open or closed, not NaN.
TEST(Swiglu, HugeGatesAreOpenOrClosed) {
  const std::vector<float> gates_and_ups{300, -300, 2, 2};
  const Tensors results = value_and_gradients([](const Tensors& in) { return swiglu(in[0]); },
                                              {at::tensor(gates_and_ups)}, at::ones({2}));
  const std::vector<float> value{600, 0}, gradient{2, 0, 300, 0};
  EXPECT_TRUE(at::allclose(results[0], at::tensor(value), 0, 1e-30));
  EXPECT_TRUE(at::allclose(results[1], at::tensor(gradient), 0, 1e-30));
}

TEST(Swiglu, HasTheSameBitsForAnyNumberOfThreads) {
  const Tensors inputs{random_values({4000, 66}, at::kFloat, 1)};
  const at::Tensor upstream = random_values({4000, 33}, at::kFloat, 2);
  EXPECT_TRUE(same_bits_with_one_and_two_threads([&] {
    return value_and_gradients([](const Tensors& in) { return swiglu(in[0]); }, inputs, upstream);
  }));
}

}  // namespace
}  // namespace lamina
