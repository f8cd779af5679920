#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "lamina/nn/parameters.h"
#include "lamina/optim/settings.h"

namespace lamina {

/// AdamW (Loshchilov and Hutter, arXiv 1711.05101) by LibTorch's fused kernel, on the gradients
/// that the parameters hold. Decay is for tensors of two dimensions alone, as in the papers.
class AdamW {
 public:
  /// The two moments are made at once, zero. `store` outlives the optimizer.
  AdamW(ParameterStore& store, const AdamWSettings& settings);

  /// Scales all gradients by min(1, clip_norm / (norm + 1e-6)), where norm is the root of the sum
  /// of all their squares. Returns that norm, before clipping: a scalar on the parameters' device.
  at::Tensor clip_gradients() const;

  /// One update. Where `gradient_norm` is not finite nothing changes, the step count included;
  /// returns whether it was applied.
  bool step(double learning_rate, const at::Tensor& gradient_norm);

  /// Forgets the gradients.
  void clear_gradients() const;

  /// State for checkpoints, in the parameters' order.
  const std::vector<at::Tensor>& first_moments() const { return first_moments_; }
  const std::vector<at::Tensor>& second_moments() const { return second_moments_; }
  std::int64_t num_steps() const { return num_steps_; }
  void set_num_steps(std::int64_t num_steps) { num_steps_ = num_steps; }

 private:
  std::vector<at::Tensor> gradients() const;
  void update(bool matrices, double learning_rate, const std::vector<at::Tensor>& all);

  AdamWSettings settings_;
  ParameterStore& store_;
  std::vector<at::Tensor> first_moments_;
  std::vector<at::Tensor> second_moments_;
  std::int64_t num_steps_ = 0;
};

}  // namespace lamina
