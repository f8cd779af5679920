#pragma once
#include <ATen/core/Tensor.h>

namespace lamina {

/// RMS norm (arXiv 1910.07467): x / sqrt(mean(x^2) + eps) * weight over the last dimension,
/// computed in float32 (float64 for float64 x) and rounded to `dtype`. x (..., D), weight (D)
/// float32 (float64 for float64 x) -> (..., D) in `dtype`. Differentiable in x and weight. On a
/// CPU, float32 x takes a single pass over memory forward and one backward, and results have the
/// same bits for any number of threads.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps,
                    at::ScalarType dtype);

/// Layer norm (arXiv 1607.06450): (x - mean) / sqrt(biased variance + eps) * weight + bias over the
/// last dimension. Shapes and dtypes as for rms_norm; bias (D).
at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      double eps, at::ScalarType dtype);

}  // namespace lamina
