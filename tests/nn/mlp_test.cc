#include "lamina/nn/mlp.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cmath>

namespace lamina {
namespace {

double exact_gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }

double tanh_gelu(double x) {
  const double pi = std::acos(-1.0);
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / pi) * (x + 0.044715 * x * x * x)));
}

/// The output for x of an MLP with D = F = 1 whose matrices are 1.
double output(MlpKind kind, double x) {
  const at::NoGradGuard no_gradients;
  ModelSpec spec;
  spec.hidden_size = spec.intermediate_size = 1;
  spec.mlp = kind;
  ParameterStore store({.master = at::kDouble, .compute = at::kDouble});
  const Mlp mlp(store, "mlp.", spec);
  store.write([](const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters) parameter.value.fill_(1);
  });
  return mlp.forward(at::full({1, 1, 1}, x, at::kDouble)).item<double>();
}

// The exact form and the approximation differ by up to 5e-4, far more than float64 rounding.
TEST(Mlp, GeluIsExactAndGeluTanhIsTheApproximation) {
  for (const double x : {-3.0, -1.0, -0.1, 0.0, 0.5, 2.0}) {
    EXPECT_NEAR(output(MlpKind::kGelu, x), exact_gelu(x), 1e-14) << x;
    EXPECT_NEAR(output(MlpKind::kGeluTanh, x), tanh_gelu(x), 1e-14) << x;
  }
  EXPECT_GT(std::abs(exact_gelu(2) - tanh_gelu(2)), 5e-5);  // 1.95450 and 1.95460
}

}  // namespace
}  // namespace lamina
