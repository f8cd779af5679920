#pragma once
#include <ATen/core/Tensor.h>

#include "lamina/kernels/linear.h"

namespace lamina {

/// The LM head and its loss in one: scale * sum over tokens of -log softmax(x W^T)[target].
/// Works on a block of tokens at a time and makes the gradients on the way, so that the (N, V)
/// logits never exist as a whole. Softmax and loss in float32 (float64 for float64 x).
/// x (N, D) in the compute dtype, one parameter (V, D), targets (N) int64, negative: no target.
/// Returns a scalar of at least float32. Differentiable in x and the parameter.
at::Tensor linear_cross_entropy(const at::Tensor& x_ND, const LinearWeights& head,
                                const at::Tensor& targets_N, double scale);

}  // namespace lamina
