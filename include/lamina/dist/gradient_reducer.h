#pragma once
#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "lamina/dist/process_group.h"

namespace c10d {
class Reducer;
}

namespace lamina {

/// Averages gradients over the ranks while the backward pass is still running: c10d's Reducer (Li
/// et al., "PyTorch Distributed", VLDB 2020, section 3.2) sums buckets of completed gradients in
/// the dtype of the parameters. In a group of one it does nothing.
class GradientReducer {
 public:
  /// Collective: every rank must call. `parameters` are leaf tensors, the same on every rank, in
  /// the order of the forward pass; each must get a gradient in every backward pass. They are
  /// shared with the caller, and `group` must outlive the reducer.
  GradientReducer(const std::vector<at::Tensor>& parameters, const ProcessGroup& group);
  ~GradientReducer();
  GradientReducer(const GradientReducer&) = delete;
  GradientReducer& operator=(const GradientReducer&) = delete;

  /// Makes the next backward pass reduce; that pass is then collective. After it the gradients are
  /// the mean over all ranks of everything accumulated since they were cleared. Other backward
  /// passes only accumulate.
  void reduce_in_next_backward();

 private:
  std::unique_ptr<c10d::Reducer> reducer_;
};

}  // namespace lamina
