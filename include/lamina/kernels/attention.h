#pragma once
#include <ATen/core/Tensor.h>

#include <optional>

namespace lamina {

/// softmax(q k^T / sqrt(K)) v, causal: the T queries stand at the last T of the S positions, and
/// each sees the keys up to its own. Query head h reads KV head h / (H / G). q (B, T, H, K), k and
/// v (B, S, G, K), T <= S, of one dtype -> (B, T, H, K) in the same. `products`: the dtype in which
/// it is computed, by default theirs. Differentiable.
at::Tensor causal_attention(const at::Tensor& q_BTHK, const at::Tensor& k_BSGK,
                            const at::Tensor& v_BSGK,
                            std::optional<at::ScalarType> products = std::nullopt);

}  // namespace lamina
