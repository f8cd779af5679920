#pragma once
#include <ATen/ATen.h>

namespace lamina {

/// dy^T x, (N, R) and (N, D) -> (R, D) in `dtype`, the parameter's. On a GPU the product of
/// bfloat16 operands leaves its float32 sums as they are, without a rounding and a pass to widen.
inline at::Tensor weight_gradient(const at::Tensor& dy_NR, const at::Tensor& x_ND,
                                  at::ScalarType dtype) {
  const bool keeps_sums = dy_NR.is_cuda() && dtype == at::kFloat && dy_NR.scalar_type() != dtype;
  if (keeps_sums) return at::mm(dy_NR.t(), x_ND, dtype);
  return at::mm(dy_NR.t(), x_ND).to(dtype);
}

}  // namespace lamina
