#pragma once
#include <ATen/core/Tensor.h>

namespace lamina {

/// softmax(q k^T / sqrt(K)) v, causal: the T queries stand at the last T of the S positions, and
/// each sees the keys up to its own. Query head h reads KV head h / (H / G). q (B, T, H, K), k and
/// v (B, S, G, K), T <= S -> (B, T, H, K). Differentiable.
at::Tensor causal_attention(const at::Tensor& q_BTHK, const at::Tensor& k_BSGK,
                            const at::Tensor& v_BSGK);

}  // namespace lamina
