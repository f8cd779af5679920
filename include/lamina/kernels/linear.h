#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

namespace lamina {

/// One matrix made of the rows of several parameters, in the two forms that a step needs: the
/// parameters that are trained, and the matrix that is multiplied with.
struct LinearWeights {
  std::vector<at::Tensor> parameters;  ///< (rows_i, D) each, leaves in the master dtype
  at::Tensor matrix;                   ///< (sum of rows_i, D), no gradient
};

// The matrix's dtype is the one in which products are made. It is the compute dtype of the
// activations or, where a processor has no bfloat16 products, float32 holding bfloat16 numbers:
// activations are then widened, which is exact, and results rounded to bfloat16, so that they
// differ from those of bfloat16 products by the order of summation alone.

/// x W^T + bias. x (..., D) in the compute dtype -> (..., rows) in the same. The gradient of W is
/// one matrix product, handed to the parameters by rows in their own dtype. `bias` (rows) may be
/// undefined.
at::Tensor linear(const at::Tensor& x, const LinearWeights& weights, const at::Tensor& bias = {});

}  // namespace lamina
