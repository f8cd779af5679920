#pragma once
#include <ATen/core/Tensor.h>

#include "lamina/kernels/linear.h"

namespace lamina {

/// How likely a model finds given tokens. N pairs of a position and a target token.
struct TargetScores {
  at::Tensor log_probabilities_N;  ///< log softmax(logits)[target] in nats, at least float32
  at::Tensor is_greedy_N;          ///< bool: it is the likeliest token, the first of equals
};

/// Scores pair n: target targets[n] at position positions[n] of x, logits = x W^T. Several pairs
/// may share a position, whose logits are computed once. The (P, V) logits never exist as a whole.
/// Softmax in float32 (float64 for float64 x). x (P, D) in the compute dtype; positions, which
/// never decrease, and targets: (N) int64 on the CPU. Without gradients; results lie on x's device.
TargetScores target_scores(const at::Tensor& x_PD, const LinearWeights& head,
                           const at::Tensor& positions_N, const at::Tensor& targets_N);

}  // namespace lamina
