#pragma once
#include <memory>
#include <string>
#include <vector>

#include "lamina/nn/parameters.h"

namespace lamina {

/// One of the maps that a Linear computes together: its parameter's name, and its outputs.
struct LinearPart {
  std::string name;  ///< without ".weight" or ".bias"
  std::int64_t rows;
};

/// y = x W^T + b, where W may be several parameters of the same input stacked by rows: they share
/// one memory, one matrix product forward and one backward, and stay parameters of their own.
class Linear {
 public:
  Linear(ParameterStore& store, const std::vector<LinearPart>& parts, std::int64_t inputs,
         bool bias);

  /// x (..., inputs) in the compute dtype -> (..., sum of rows).
  at::Tensor forward(const at::Tensor& x) const;

 private:
  std::shared_ptr<const WeightMatrix> matrix_;
  std::vector<at::Tensor> biases_;
  at::ScalarType compute_;
};

}  // namespace lamina
