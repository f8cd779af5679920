#pragma once
#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "lamina/dist/process_group.h"

namespace c10d {
class Reducer;
}

namespace lamina {

/// Averages gradients over the ranks while the backward pass still runs: c10d's Reducer sums
/// buckets of finished gradients, in the parameters' own dtype. In a group of one it does nothing.
class GradientReducer {
 public:
  /// Collective. `parameters` are leaves, the same on every rank, in the order of the forward pass;
  /// each must get a gradient in every backward pass.
  GradientReducer(const std::vector<at::Tensor>& parameters, const ProcessGroup& group);
  ~GradientReducer();
  GradientReducer(const GradientReducer&) = delete;
  GradientReducer& operator=(const GradientReducer&) = delete;

  /// Makes the coming backward pass the one that reduces: gradients then hold the mean over all
  /// ranks of everything accumulated since they were cleared. Backward passes without it only
  /// accumulate.
  void reduce_in_next_backward();

 private:
  std::unique_ptr<c10d::Reducer> reducer_;
};

}  // namespace lamina
