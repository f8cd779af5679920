#include "lamina/kernels/attention.h"

#include <cmath>
#include <limits>

#include "kernels/against_float64.h"

namespace lamina {
namespace {

using Tensors = std::vector<at::Tensor>;

at::Tensor plain_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const std::int64_t num_queries = q.size(1), num_keys = k.size(1), group = q.size(2) / k.size(2);
  const at::Tensor keys = k.repeat_interleave(group, 2), values = v.repeat_interleave(group, 2);
  const double scale = 1 / std::sqrt(static_cast<double>(q.size(3)));
  const at::Tensor masked =
      at::ones({num_queries, num_keys}, at::kBool).triu(num_keys - num_queries + 1);
  const at::Tensor scores_BHTS = at::einsum("bthk,bshk->bhts", {q, keys}) * scale;
  const at::Tensor weights =
      at::softmax(scores_BHTS.masked_fill(masked, -std::numeric_limits<double>::infinity()), -1);
  return at::einsum("bhts,bshk->bthk", {weights, values});
}

at::Tensor attention(const Tensors& qkv) { return causal_attention(qkv[0], qkv[1], qkv[2]); }

Tensors random_qkv(std::int64_t num_queries, std::int64_t num_keys, std::int64_t num_kv_heads,
                   at::ScalarType dtype) {
  return {random_values({2, num_queries, 4, 7}, dtype, 1),
          random_values({2, num_keys, num_kv_heads, 7}, dtype, 2),
          random_values({2, num_keys, num_kv_heads, 7}, dtype, 3)};
}

// In bfloat16 the attention weights are rounded as well, and a KV head's gradient is the sum of the
// rounded gradients of up to four query heads.
double attention_error(at::ScalarType dtype) {
  return dtype == at::kBFloat16 ? 5 * kBFloat16Rounding : kFloat32Error;
}

TEST(CausalAttention, ValueAndGradientsEqualTheFormula) {
  for (const auto dtype : {at::kFloat, at::kBFloat16}) {
    for (const std::int64_t num_kv_heads : {1, 2, 4}) {
      for (const std::int64_t num_queries : {1, 3, 9}) {
        SCOPED_TRACE(testing::Message()
                     << dtype << ", G " << num_kv_heads << ", T " << num_queries);
        const Tensors qkv = random_qkv(num_queries, 9, num_kv_heads, dtype);
        const at::Tensor upstream = random_values({2, num_queries, 4, 7}, dtype, 4);
        const auto actual = value_and_gradients(attention, qkv, upstream);
        const auto expected = value_and_gradients(
            [](const Tensors& in) { return plain_attention(in[0], in[1], in[2]); }, to_float64(qkv),
            upstream);
        for (std::size_t i = 0; i < actual.size(); ++i) {
          EXPECT_LT(difference(actual[i], expected[i]), attention_error(dtype)) << i;
        }
      }
    }
  }
}

TEST(CausalAttention, TheLastQueriesEqualTheirRowsOfTheFullAttention) {
  const Tensors qkv = random_qkv(9, 9, 2, at::kDouble);
  const at::Tensor full = attention(qkv);
  for (const std::int64_t count : {1, 2, 8}) {
    const at::Tensor last = causal_attention(qkv[0].slice(1, 9 - count), qkv[1], qkv[2]);
    EXPECT_LT(difference(last, full.slice(1, 9 - count)), 1e-13) << count;
  }
}

TEST(CausalAttention, SharedKvHeadsEqualRepeatedOnes) {
  for (const std::int64_t num_kv_heads : {1, 2}) {
    const Tensors qkv = random_qkv(9, 9, num_kv_heads, at::kDouble);
    const std::int64_t group = 4 / num_kv_heads;
    const at::Tensor repeated = causal_attention(qkv[0], qkv[1].repeat_interleave(group, 2),
                                                 qkv[2].repeat_interleave(group, 2));
    EXPECT_LT(difference(attention(qkv), repeated), 1e-13) << num_kv_heads;
  }
}

TEST(CausalAttention, NoQueryAttendsToALaterKey) {
  Tensors qkv = random_qkv(9, 9, 1, at::kDouble);
  const at::Tensor before = attention(qkv);
  for (const std::size_t i : {1u, 2u}) qkv[i].slice(1, 5).fill_(100);
  const at::Tensor after = attention(qkv);
  EXPECT_TRUE(at::equal(after.slice(1, 0, 5), before.slice(1, 0, 5)));
  EXPECT_GT((after.slice(1, 5) - before.slice(1, 5)).abs().max().item<double>(), 1);
}

TEST(CausalAttention, RefusesMismatchedShapes) {
  const auto message = [](std::int64_t num_queries, std::int64_t num_kv_heads,
                          std::int64_t value_width) {
    return check_message([&] {
      causal_attention(at::zeros({1, num_queries, 4, 2}), at::zeros({1, 3, num_kv_heads, 2}),
                       at::zeros({1, 3, num_kv_heads, value_width}));
    });
  };
  const std::string rule =
      "[attention] q (B, T, H, K) and k, v (B, S, G, K) must have T <= S and G dividing H but got ";
  EXPECT_EQ(message(4, 2, 2), rule + "[1, 4, 4, 2], [1, 3, 2, 2], [1, 3, 2, 2]");
  EXPECT_EQ(message(3, 3, 2), rule + "[1, 3, 4, 2], [1, 3, 3, 2], [1, 3, 3, 2]");
  EXPECT_EQ(message(3, 2, 5), rule + "[1, 3, 4, 2], [1, 3, 2, 2], [1, 3, 2, 5]");
}

}  // namespace
}  // namespace lamina
