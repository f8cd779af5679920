#pragma once
#include <ATen/core/Tensor.h>

#include "lamina/kernels/linear.h"

namespace lamina {

/// Fused LM head and cross entropy: scale * sum over tokens of -log softmax(x W^T)[target], in
/// nats. Works on one block of tokens at a time and computes the gradients in the forward pass, so
/// the (N, V) logits are never materialised; between forward and backward it keeps the gradients of
/// x (N, D) and W (V, D). Softmax and loss are in float32 (float64 for float64 x).
///
/// x (N, D) in the compute dtype; `head` has one parameter (V, D); targets (N) int64, negative for
/// tokens without a target, which contribute neither loss nor gradient. Returns a scalar, float32
/// (float64 for float64 x). Throws c10::Error if the shapes do not match. Differentiable in x and
/// the parameter.
at::Tensor linear_cross_entropy(const at::Tensor& x_ND, const LinearWeights& head,
                                const at::Tensor& targets_N, double scale);

}  // namespace lamina
