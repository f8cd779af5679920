#pragma once
#include <optional>
#include <string>

#include "lamina/design/model_spec.h"
#include "lamina/kernels/rotary.h"
#include "lamina/nn/linear.h"
#include "lamina/nn/norm.h"

namespace lamina {

/// What a source layer leaves for its readers. Keys are already rotated.
struct KeysValues {
  at::Tensor k_BSGK;
  at::Tensor v_BSGK;
};

/// What an attention reads from the residual stream: its queries and, in a source layer, new keys
/// and values of the same positions.
struct Projections {
  at::Tensor q_BTHK;
  std::optional<KeysValues> keys_values;
};

/// q = rope(W_q norm_q(x)); in a source layer k = rope(W_k norm_kv(x)), v = W_v norm_kv(x), where
/// norm_kv is norm_q if the design shares it. Then softmax attention and W_o.
/// A layer that is no source has neither K/V weights nor a K/V norm.
class Attention {
 public:
  Attention(ParameterStore& store, const std::string& layer_name, const ModelSpec& spec,
            std::int64_t layer);

  /// x (B, T, D), the residual stream; the table holds the T positions' angles.
  Projections project(const at::Tensor& x_BTD, const RotaryTable& rotary) const;

  /// -> (B, T, D). The S positions of `source` end with the T of the queries.
  at::Tensor attend(const at::Tensor& q_BTHK, const KeysValues& source) const;

 private:
  at::Tensor heads(const at::Tensor& packed, std::int64_t begin, std::int64_t num_heads) const;
  at::Tensor normed_and_rotated(const at::Tensor& x_BTHK, const at::Tensor& head_norm,
                                const RotaryTable& rotary) const;

  std::int64_t num_heads_, num_kv_heads_, head_dim_;
  double eps_;
  at::ScalarType products_;
  bool is_source_;
  Norm q_norm_;
  Linear q_proj_;                         ///< in a source that shares the norm: Q, K and V
  std::optional<Norm> kv_norm_;           ///< of a source that separates it
  std::optional<Linear> kv_proj_;         ///< K and V of such a source
  at::Tensor q_head_norm_, k_head_norm_;  ///< qk_norm; undefined without it
  Linear o_proj_;
};

}  // namespace lamina
