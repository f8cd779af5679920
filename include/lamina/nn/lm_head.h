#pragma once
#include <ATen/core/Tensor.h>

#include "lamina/kernels/target_scores.h"
#include "lamina/nn/linear.h"

namespace lamina {

/// scale * the sum over tokens of -log softmax(head(x))[target], without ever holding all logits:
/// see kernels/cross_entropy.h. x (N, D) in the compute dtype, targets (N) int64. Differentiable.
at::Tensor lm_head_loss(const Linear& head, const at::Tensor& x_ND, const at::Tensor& targets_N,
                        double scale);

/// Log-probabilities of given tokens: see kernels/target_scores.h. x (P, D) in the compute dtype.
TargetScores lm_head_scores(const Linear& head, const at::Tensor& x_PD,
                            const at::Tensor& positions_N, const at::Tensor& targets_N);

}  // namespace lamina
