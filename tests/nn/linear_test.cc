#include "lamina/nn/linear.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "lamina/optim/adamw.h"

namespace lamina {
namespace {

TEST(Linear, BFloat16MatrixFollowsEveryOptimizerStep) {
  ParameterStore store({.compute = at::kBFloat16});
  const Linear linear(store, {{"gate", 3}, {"up", 2}}, 4, false);
  const std::vector<at::Tensor> values = values_of(store.all());
  store.write([](const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters) parameter.value.fill_(0.5);
  });
  Optimizer optimizer(store, adamw({}));
  const at::Tensor x = at::ones({1, 4}, at::kBFloat16), identity = at::eye(4, at::kBFloat16);
  EXPECT_EQ(linear.forward(x)[0][0].item<float>(), 2);
  for (int step = 0; step < 2; ++step) {
    for (const at::Tensor& value : values) value.mutable_grad() = at::ones_like(value);
    optimizer.step(0.25);
    EXPECT_TRUE(
        at::equal(linear.forward(identity), at::cat(values).detach().to(at::kBFloat16).t()));
  }
  EXPECT_LT(linear.forward(x)[0][4].item<float>(), 1);
}

// Stacking changes only the memory layout: results and gradients equal those of separate maps.
TEST(Linear, StackedPartsEqualSeparateMaps) {
  ParameterStore store({.master = at::kDouble, .compute = at::kDouble});
  const Linear stacked(store, {{"q", 3}, {"k", 2}}, 4, true);
  store.write([](const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters) parameter.value.normal_();
  });
  const at::Tensor x = at::randn({2, 5, 4}, at::kDouble).requires_grad_();
  const at::Tensor weights = at::randn({2, 5, 5}, at::kDouble);
  (stacked.forward(x) * weights).sum().backward();

  const auto& all = store.all();  // q.weight, q.bias, k.weight, k.bias
  const at::Tensor x_alone = x.detach().clone().requires_grad_();
  std::vector<at::Tensor> alone;
  for (const Parameter& parameter : all)
    alone.push_back(parameter.value.detach().clone().requires_grad_());
  const at::Tensor y = at::cat(
      {at::linear(x_alone, alone[0], alone[1]), at::linear(x_alone, alone[2], alone[3])}, -1);
  (y * weights).sum().backward();
  EXPECT_TRUE(at::allclose(x.grad(), x_alone.grad(), 1e-12, 1e-12));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_TRUE(at::allclose(all[i].value.grad(), alone[i].grad(), 1e-12, 1e-12)) << all[i].name;
  }
}

}  // namespace
}  // namespace lamina
