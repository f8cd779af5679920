#include "lamina/kernels/attention.h"

#include <ATen/ATen.h>

namespace lamina {
namespace {

/// (B, S, G, K) -> (B, H, S, K): repeats each KV head for its H / G query heads. A single KV head
/// is expanded without a copy.
at::Tensor repeat_for_query_heads(const at::Tensor& x, std::int64_t num_heads) {
  const std::int64_t num_kv_heads = x.size(2);
  const at::Tensor x_BGSK = x.transpose(1, 2);
  if (num_kv_heads == num_heads) return x_BGSK;
  if (num_kv_heads == 1) return x_BGSK.expand({-1, num_heads, -1, -1});
  return x_BGSK.repeat_interleave_symint(num_heads / num_kv_heads, 1);
}

/// (T, S) bool, true if query t, at position S - T + t, attends to key s.
at::Tensor causal_mask(std::int64_t num_queries, std::int64_t num_keys, at::Device device) {
  return at::ones({num_queries, num_keys}, at::TensorOptions().dtype(at::kBool).device(device))
      .tril(num_keys - num_queries);
}

}  // namespace

at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                            std::optional<at::ScalarType> products) {
  const std::int64_t num_queries = q.size(1), num_heads = q.size(2), num_keys = k.size(1);
  TORCH_CHECK(
      num_queries <= num_keys && num_heads % k.size(2) == 0 && k.sizes() == v.sizes(),
      "[attention] q (B, T, H, K) and k, v (B, S, G, K) must have T <= S and G dividing H but got ",
      q.sizes(), ", ", k.sizes(), ", ", v.sizes());
  const bool square = num_queries == num_keys;
  std::optional<at::Tensor> mask;
  if (!square && num_queries > 1) mask = causal_mask(num_queries, num_keys, q.device());
  const at::ScalarType dtype = products.value_or(q.scalar_type());
  const at::Tensor y_BHTK = at::scaled_dot_product_attention(
      q.to(dtype).transpose(1, 2), repeat_for_query_heads(k.to(dtype), num_heads),
      repeat_for_query_heads(v.to(dtype), num_heads), mask, /*dropout_p=*/0, /*is_causal=*/square);
  return y_BHTK.transpose(1, 2).to(q.scalar_type());
}

}  // namespace lamina
