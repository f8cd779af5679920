#pragma once
#include <optional>
#include <string>

#include "lamina/design/model_spec.h"
#include "lamina/kernels/rotary.h"
#include "lamina/nn/linear.h"
#include "lamina/nn/norm.h"

namespace lamina {

/// The keys and values of a source layer, as its readers use them: keys are already rotated.
struct KeysValues {
  at::Tensor k_BSGK;
  at::Tensor v_BSGK;
};

/// The projections of T positions of the residual stream in one layer.
struct Projections {
  at::Tensor q_BTHK;                      ///< rotated
  std::optional<KeysValues> keys_values;  ///< of the same T positions; only in a source layer
};

/// The attention of one layer. q = rope(W_q norm_q(x)) and, in a source layer,
/// k = rope(W_k norm_kv(x)), v = W_v norm_kv(x), where norm_kv is norm_q if kv_norm is shared; then
/// causal softmax attention and W_o. With qk_norm, each head of q and k passes an RMS norm before
/// the rotation. A reader layer has neither K/V weights nor a K/V norm.
class Attention {
 public:
  /// Adds the parameters to `store`; `layer_name` is their prefix, such as "model.layers.3.".
  Attention(ParameterStore& store, const std::string& layer_name, const ModelSpec& spec,
            std::int64_t layer);

  /// x (B, T, D): the residual stream in the master dtype. `rotary`: the rows of the T positions.
  /// Results are in the compute dtype.
  Projections project(const at::Tensor& x_BTD, const RotaryTable& rotary) const;

  /// -> (B, T, D) in the compute dtype. The last T of the S positions of `source` are those of the
  /// queries.
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
  Linear q_proj_;                         ///< Q; Q, K and V in a source layer with a shared norm
  std::optional<Norm> kv_norm_;           ///< in a source layer with a separate norm
  std::optional<Linear> kv_proj_;         ///< K and V, in a source layer with a separate norm
  at::Tensor q_head_norm_, k_head_norm_;  ///< (K) each; undefined without qk_norm
  Linear o_proj_;
};

}  // namespace lamina
