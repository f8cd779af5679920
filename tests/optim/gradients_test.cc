#include "lamina/optim/gradients.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "optim/vector_and_matrix.h"

namespace lamina {
namespace {

// Gradients 3 and 4 have the global norm 5.
TEST(ClipGradients, ByTheGlobalNorm) {
  const VectorAndMatrix parameters;
  parameters.set_gradients(3, 4);
  EXPECT_NEAR(clip_gradients(parameters.store.all(), 2).item<double>(), 5, 1e-12);
  EXPECT_NEAR(parameters.value(0).grad().item<double>(), 3 * 2 / 5.000001, 1e-12);
  EXPECT_NEAR(parameters.value(1).grad().item<double>(), 4 * 2 / 5.000001, 1e-12);
}

TEST(ClipGradients, KeepsGradientsBelowTheClipNorm) {
  for (const double clip_norm : {0.0, 5.1}) {  // 0: no clipping
    const VectorAndMatrix parameters;
    parameters.set_gradients(3, 4);
    EXPECT_NEAR(clip_gradients(parameters.store.all(), clip_norm).item<double>(), 5, 1e-12);
    EXPECT_EQ(parameters.value(0).grad().item<double>(), 3);
    EXPECT_EQ(parameters.value(1).grad().item<double>(), 4);
  }
}

TEST(ClipGradients, ReturnsANonFiniteNormForNonFiniteGradients) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double bad : {kInfinity, -kInfinity, std::nan("")}) {
    const VectorAndMatrix parameters;
    parameters.set_gradients(0.5, bad);
    EXPECT_FALSE(std::isfinite(clip_gradients(parameters.store.all(), 1).item<double>())) << bad;
  }
}

TEST(ClearGradients, UndefinesAllGradients) {
  const VectorAndMatrix parameters;
  parameters.set_gradients(3, 4);
  clear_gradients(parameters.store.all());
  for (const at::Tensor& gradient : gradients_of(parameters.store.all()))
    EXPECT_FALSE(gradient.defined());
}

}  // namespace
}  // namespace lamina
