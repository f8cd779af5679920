#pragma once
#include <string>
#include <vector>

#include "lamina/kernels/linear.h"
#include "lamina/nn/parameters.h"

namespace lamina {

/// One of the maps that a Linear computes together: its parameter's name, and its outputs.
struct LinearPart {
  std::string name;  ///< without ".weight" or ".bias"
  std::int64_t rows;
};

/// y = x W^T + b, where W may be several parameters of the same input stacked by rows: they share
/// one memory, one matrix product forward and one backward, and stay parameters of their own.
/// The matrix, rounded to the compute dtype and held in the dtype of products, is made anew only
/// when a parameter has changed.
class Linear {
 public:
  Linear(ParameterStore& store, const std::vector<LinearPart>& parts, std::int64_t inputs,
         bool bias);

  /// x (..., inputs) in the compute dtype -> (..., sum of rows).
  at::Tensor forward(const at::Tensor& x) const;

  const LinearWeights& weights() const;

 private:
  at::Tensor memory_;  ///< (sum of rows, inputs), master dtype, the parameters are views of it
  std::vector<at::Tensor> biases_;
  at::ScalarType compute_, products_;
  mutable LinearWeights weights_;
  mutable std::int64_t matrix_version_ = -1;
};

}  // namespace lamina
