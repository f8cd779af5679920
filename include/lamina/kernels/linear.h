#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

namespace lamina {

/// The weights of several linear maps of one input, stacked by rows, in the two forms that a step
/// needs: the trained parameters, and the matrix that activations are multiplied with.
struct LinearWeights {
  std::vector<at::Tensor> parameters;  ///< (rows_i, D) each, autograd leaves in the master dtype
  at::Tensor matrix;                   ///< (sum of rows_i, D), no gradient
};

// The matrix's dtype is the dtype of the products: the compute dtype of the activations or, on a
// processor without bfloat16 products, float32 with values rounded to bfloat16. In the second case
// activations are converted to float32, which is exact, and results are rounded to bfloat16, so
// they differ from native bfloat16 products only by the order of summation.

/// x W^T + bias. x (..., D) in the compute dtype -> (..., rows) in the same dtype; `bias` (rows) in
/// the compute dtype, or undefined. The gradient of W is one matrix product; each parameter gets
/// its rows, in its own dtype. Differentiable in x, the parameters and the bias.
at::Tensor linear(const at::Tensor& x, const LinearWeights& weights, const at::Tensor& bias = {});

}  // namespace lamina
