#pragma once
#include <memory>
#include <string>
#include <vector>

#include "lamina/nn/parameters.h"

namespace lamina {

/// One of the linear maps that a Linear computes together.
struct LinearPart {
  std::string name;   ///< of its parameters, without ".weight" or ".bias"
  std::int64_t rows;  ///< number of outputs
};

/// y = x W^T + b. W may be several parameters with the same input, stacked by rows: they are
/// separate parameters, but contiguous in memory, so all of them take one matrix product forward
/// and one backward (see kernels/linear.h).
class Linear {
 public:
  /// Adds "<part>.weight" (rows, inputs) and, if `bias`, "<part>.bias" (rows) for each part.
  Linear(ParameterStore& store, const std::vector<LinearPart>& parts, std::int64_t inputs,
         bool bias);

  /// x (..., inputs) in the compute dtype -> (..., sum of rows) in the same dtype.
  at::Tensor forward(const at::Tensor& x) const;

 private:
  std::shared_ptr<const WeightMatrix> matrix_;
  std::vector<at::Tensor> biases_;
  at::ScalarType compute_;
};

}  // namespace lamina
