#pragma once
#include <ATen/ATen.h>

namespace lamina {

/// The gradient of a linear map's weight: dy^T x, (N, R) and (N, D) -> (R, D) in `dtype`, that of
/// the parameter. On a GPU, products of bfloat16 operands return their float32 sums directly, which
/// saves a rounding to bfloat16 and a conversion.
inline at::Tensor weight_gradient(const at::Tensor& dy_NR, const at::Tensor& x_ND,
                                  at::ScalarType dtype) {
  const bool returns_float_sums =
      dy_NR.is_cuda() && dtype == at::kFloat && dy_NR.scalar_type() != dtype;
  if (returns_float_sums) return at::mm(dy_NR.t(), x_ND, dtype);
  return at::mm(dy_NR.t(), x_ND).to(dtype);
}

}  // namespace lamina
