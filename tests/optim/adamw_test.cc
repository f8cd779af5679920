#include "lamina/optim/adamw.h"

#include <gtest/gtest.h>

#include "optim/vector_and_matrix.h"

namespace lamina {
namespace {

constexpr double kLearningRate = 0.1;

/// betas 0.9 and 0.95, weight decay 0.1; a negligible epsilon.
constexpr AdamWSettings kSettings{.betas = {0.9, 0.95}, .epsilon = 1e-30, .weight_decay = 0.1};

// Gradients 0.5, then -0.5. Step 1: m = 0.05, v = 0.0125, bias-corrected 0.5 and 0.25: an update
// of 1. Step 2: m = -0.005, v = 0.024375, bias-corrected -0.005 / 0.19 and 0.25: an update of -1
// / 19. Weight decay first multiplies the matrix, but not the vector, by 1 - 0.1 * 0.1.
TEST(AdamW, TwoStepsEqualHandComputedValues) {
  VectorAndMatrix parameters;
  Optimizer optimizer(parameters.store, adamw(kSettings));
  parameters.set_gradients(0.5, 0.5);
  optimizer.step(kLearningRate);
  EXPECT_NEAR(parameters.value(0).item<double>(), 0.9, 1e-12);
  EXPECT_NEAR(parameters.value(1).item<double>(), 0.89, 1e-12);
  parameters.set_gradients(-0.5, -0.5);
  optimizer.step(kLearningRate);
  EXPECT_NEAR(parameters.value(0).item<double>(), 0.9 + 0.1 / 19, 1e-12);
  EXPECT_NEAR(parameters.value(1).item<double>(), 0.89 * 0.99 + 0.1 / 19, 1e-12);
  ASSERT_EQ(optimizer.states().size(), 2u);
  EXPECT_EQ(optimizer.states()[0].name, "first_moment");
  EXPECT_NEAR(optimizer.states()[0].tensors[0].item<double>(), -0.005, 1e-12);
  EXPECT_EQ(optimizer.states()[1].name, "second_moment");
  EXPECT_NEAR(optimizer.states()[1].tensors[1].item<double>(), 0.024375, 1e-12);
}

TEST(AdamW, DecaysOnlyMatrices) {
  VectorAndMatrix parameters;
  Optimizer optimizer(parameters.store, adamw(kSettings));
  parameters.set_gradients(0, 0);
  optimizer.step(kLearningRate);
  EXPECT_EQ(parameters.value(0).item<double>(), 1);
  EXPECT_NEAR(parameters.value(1).item<double>(), 0.99, 1e-12);
}

}  // namespace
}  // namespace lamina
