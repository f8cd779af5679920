#pragma once
#include <ATen/core/Tensor.h>

namespace lamina {

/// x / sqrt(mean(x^2) + eps) * weight over the last dimension, computed in x's precision (at least
/// float32) and rounded to `dtype`. x (..., D), weight (D) -> (..., D). Differentiable.
/// On a CPU, float32 x takes one pass over memory, and its gradient one.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps,
                    at::ScalarType dtype);

/// (x - mean) / sqrt(biased variance + eps) * weight + bias, as above.
at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      double eps, at::ScalarType dtype);

}  // namespace lamina
