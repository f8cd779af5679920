#pragma once
#include <ATen/core/Tensor.h>

#include "lamina/kernels/linear.h"

namespace lamina {

/// How likely the target tokens are under the model, for N pairs of a position and a target token.
struct TargetScores {
  at::Tensor log_probabilities_N;  ///< log softmax(logits)[target] in nats, at least float32
  at::Tensor is_greedy_N;  ///< bool: the target is the argmax of the logits, the lowest id on ties
};

/// Scores pair n, the token targets[n] with the logits x[positions[n]] W^T. The logits of a
/// position are computed once, however many pairs use it, and the (P, V) logits are never
/// materialised. Softmax in float32 (float64 for float64 x).
///
/// x (P, D) in the compute dtype; `head` has one parameter (V, D); positions and targets (N) int64
/// on the CPU, positions in non-decreasing order, below P. Results (N) are on x's device. No
/// gradients. Throws c10::Error if shapes or dtypes do not match.
TargetScores target_scores(const at::Tensor& x_PD, const LinearWeights& head,
                           const at::Tensor& positions_N, const at::Tensor& targets_N);

}  // namespace lamina
