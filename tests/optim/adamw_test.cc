#include "lamina/optim/adamw.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lamina {
namespace {

using Tensors = std::vector<at::Tensor>;

constexpr double kLearningRate = 0.1;

/// A vector and a matrix of one value each, both 1.
struct VectorAndMatrix {
  VectorAndMatrix() {
    store.add("vector", {1});
    store.add("matrix", {1, 1});
    store.write([](const std::vector<Parameter>& parameters) {
      for (const Parameter& parameter : parameters) parameter.value.fill_(1);
    });
  }

  void set_gradients(double of_vector, double of_matrix) const {
    value(0).mutable_grad() = at::full({1}, of_vector, at::kDouble);
    value(1).mutable_grad() = at::full({1, 1}, of_matrix, at::kDouble);
  }
  const at::Tensor& value(std::size_t i) const { return store.all()[i].value; }
  Tensors values() const { return values_of(store.all()); }

  ParameterStore store{{.master = at::kDouble, .compute = at::kDouble}};
};

/// betas 0.9 and 0.95, decay 0.1; an epsilon too small to count.
AdamWSettings settings_with_clip(double clip_norm) {
  return {.betas = {0.9, 0.95}, .epsilon = 1e-30, .weight_decay = 0.1, .clip_norm = clip_norm};
}

Tensors copies(const Tensors& tensors) {
  Tensors result;
  for (const at::Tensor& tensor : tensors) result.push_back(tensor.detach().clone());
  return result;
}

bool equal(const Tensors& a, const Tensors& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const at::Tensor& x, const at::Tensor& y) { return at::equal(x, y); });
}

// Gradients 0.5, then -0.5. Step 1: m = 0.05, v = 0.0125, unbiased 0.5 and 0.25: an update of 1.
// Step 2: m = -0.005, v = 0.024375, unbiased -0.005 / 0.19 and 0.25: an update of -1 / 19.
// A matrix is multiplied by 1 - 0.1 * 0.1 first, a vector is not.
TEST(AdamW, TwoStepsByHand) {
  VectorAndMatrix parameters;
  AdamW optimizer(parameters.store, settings_with_clip(0));
  parameters.set_gradients(0.5, 0.5);
  ASSERT_TRUE(optimizer.step(kLearningRate, at::ones({})));
  EXPECT_NEAR(parameters.value(0).item<double>(), 0.9, 1e-12);
  EXPECT_NEAR(parameters.value(1).item<double>(), 0.89, 1e-12);
  parameters.set_gradients(-0.5, -0.5);
  ASSERT_TRUE(optimizer.step(kLearningRate, at::ones({})));
  EXPECT_NEAR(parameters.value(0).item<double>(), 0.9 + 0.1 / 19, 1e-12);
  EXPECT_NEAR(parameters.value(1).item<double>(), 0.89 * 0.99 + 0.1 / 19, 1e-12);
  EXPECT_NEAR(optimizer.first_moments()[0].item<double>(), -0.005, 1e-12);
  EXPECT_NEAR(optimizer.second_moments()[1].item<double>(), 0.024375, 1e-12);
  EXPECT_EQ(optimizer.num_steps(), 2);
}

TEST(AdamW, DecaysMatricesAlone) {
  VectorAndMatrix parameters;
  AdamW optimizer(parameters.store, settings_with_clip(0));
  parameters.set_gradients(0, 0);
  ASSERT_TRUE(optimizer.step(kLearningRate, at::zeros({})));
  EXPECT_EQ(parameters.value(0).item<double>(), 1);
  EXPECT_NEAR(parameters.value(1).item<double>(), 0.99, 1e-12);
}

TEST(AdamW, ANormThatIsNotFiniteLeavesEverythingUntouched) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double bad : {kInfinity, -kInfinity, std::nan("")}) {
    VectorAndMatrix parameters;
    AdamW optimizer(parameters.store, settings_with_clip(1));
    parameters.set_gradients(0.5, 0.5);
    ASSERT_TRUE(optimizer.step(kLearningRate, at::ones({})));
    const Tensors values = copies(parameters.values()), first = copies(optimizer.first_moments()),
                  second = copies(optimizer.second_moments());
    parameters.set_gradients(0.5, bad);
    const at::Tensor norm = optimizer.clip_gradients();
    EXPECT_FALSE(std::isfinite(norm.item<double>()));
    EXPECT_FALSE(optimizer.step(kLearningRate, norm));
    EXPECT_TRUE(equal(parameters.values(), values));
    EXPECT_TRUE(equal(optimizer.first_moments(), first));
    EXPECT_TRUE(equal(optimizer.second_moments(), second));
    EXPECT_EQ(optimizer.num_steps(), 1);
  }
}

// Gradients 3 and 4: a norm of 5 over all of them together.
TEST(AdamW, ClipsByTheGlobalNorm) {
  VectorAndMatrix parameters;
  parameters.set_gradients(3, 4);
  const AdamW optimizer(parameters.store, settings_with_clip(2));
  EXPECT_NEAR(optimizer.clip_gradients().item<double>(), 5, 1e-12);
  EXPECT_NEAR(parameters.value(0).grad().item<double>(), 3 * 2 / 5.000001, 1e-12);
  EXPECT_NEAR(parameters.value(1).grad().item<double>(), 4 * 2 / 5.000001, 1e-12);
}

TEST(AdamW, LeavesGradientsBelowTheClipNormAsTheyAre) {
  for (const double clip_norm : {0.0, 5.1}) {  // 0: never
    VectorAndMatrix parameters;
    parameters.set_gradients(3, 4);
    const AdamW optimizer(parameters.store, settings_with_clip(clip_norm));
    EXPECT_NEAR(optimizer.clip_gradients().item<double>(), 5, 1e-12);
    EXPECT_EQ(parameters.value(0).grad().item<double>(), 3);
    EXPECT_EQ(parameters.value(1).grad().item<double>(), 4);
  }
}

TEST(AdamW, ForgetsGradients) {
  VectorAndMatrix parameters;
  parameters.set_gradients(3, 4);
  AdamW(parameters.store, settings_with_clip(0)).clear_gradients();
  for (const at::Tensor& value : parameters.values()) EXPECT_FALSE(value.grad().defined());
}

// What a checkpoint holds is enough: a new optimizer with the state of the old goes on as the old.
TEST(AdamW, GoesOnFromItsSavedState) {
  VectorAndMatrix parameters;
  AdamW old(parameters.store, settings_with_clip(0));
  parameters.set_gradients(0.5, 0.25);
  ASSERT_TRUE(old.step(kLearningRate, at::ones({})));
  VectorAndMatrix restored;
  restored.store.write([&](const std::vector<Parameter>& values) {
    for (std::size_t i = 0; i < 2; ++i) values[i].value.copy_(parameters.value(i));
  });
  AdamW resumed(restored.store, settings_with_clip(0));
  for (std::size_t i = 0; i < 2; ++i) {
    resumed.first_moments()[i].copy_(old.first_moments()[i]);
    resumed.second_moments()[i].copy_(old.second_moments()[i]);
  }
  resumed.set_num_steps(old.num_steps());
  parameters.set_gradients(-0.125, 0.75);
  restored.set_gradients(-0.125, 0.75);
  ASSERT_TRUE(old.step(kLearningRate, at::ones({})));
  ASSERT_TRUE(resumed.step(kLearningRate, at::ones({})));
  EXPECT_TRUE(equal(parameters.values(), restored.values()));
}

}  // namespace
}  // namespace lamina
