#pragma once
#include <ATen/core/Tensor.h>

#include <optional>

namespace lamina {

/// Causal scaled dot-product attention, softmax(q k^T / sqrt(K)) v (arXiv 1706.03762). The queries
/// are at the last T of the S positions; each attends to the keys up to its own position. Query
/// head h reads KV head h / (H / G) (GQA, arXiv 2305.13245).
///
/// q (B, T, H, K), k and v (B, S, G, K) of one dtype -> (B, T, H, K) in that dtype. T <= S, and G
/// divides H; otherwise throws c10::Error. `products`: the dtype of the computation, by default
/// that of q. Differentiable in q, k and v; a KV head's gradient is the sum over its query heads.
at::Tensor causal_attention(const at::Tensor& q_BTHK, const at::Tensor& k_BSGK,
                            const at::Tensor& v_BSGK,
                            std::optional<at::ScalarType> products = std::nullopt);

}  // namespace lamina
