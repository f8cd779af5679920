#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

namespace lamina {

/// One matrix made of the rows of several parameters, in the two forms that a step needs: the
/// parameters that are trained, and the matrix that is multiplied with.
struct LinearWeights {
  std::vector<at::Tensor> parameters;  ///< (rows_i, D) each, leaves in the master dtype
  at::Tensor matrix;                   ///< (sum of rows_i, D) in the compute dtype, no gradient
};

/// x W^T + bias. x (..., D) in the compute dtype -> (..., rows). The gradient of W is one matrix
/// product, handed to the parameters by rows in their own dtype. `bias` (rows) may be undefined.
at::Tensor linear(const at::Tensor& x, const LinearWeights& weights, const at::Tensor& bias = {});

}  // namespace lamina
