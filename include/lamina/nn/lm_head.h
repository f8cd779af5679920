#pragma once
#include <ATen/core/Tensor.h>

#include "lamina/nn/linear.h"

namespace lamina {

/// scale * the sum over tokens of -log softmax(head(x))[target], without ever holding all logits:
/// see kernels/cross_entropy.h. x (N, D) in the compute dtype, targets (N) int64. Differentiable.
at::Tensor lm_head_loss(const Linear& head, const at::Tensor& x_ND, const at::Tensor& targets_N,
                        double scale);

/// -log softmax(logits)[target] of every row, (N), without gradients. Overwrites `logits` (N, V).
at::Tensor losses_of_logits(const at::Tensor& logits_NV, const at::Tensor& targets_N);

}  // namespace lamina
