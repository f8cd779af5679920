#include "lamina/nn/attention.h"

#include <ATen/ATen.h>

#include "lamina/kernels/attention.h"
#include "lamina/kernels/norm.h"

namespace lamina {
namespace {

/// Whether the layer has a K/V norm, and with it separate K/V projections.
bool has_kv_norm(const ModelSpec& spec, std::int64_t layer) {
  return spec.owns_kv(layer) && spec.kv_norm == KvNorm::kSeparate;
}

std::vector<LinearPart> kv_parts(const std::string& name, const ModelSpec& spec) {
  return {{name + "k_proj", spec.kv_dim()}, {name + "v_proj", spec.kv_dim()}};
}

/// The projections whose input is norm_q(x): Q and, if the norm is shared, K and V.
std::vector<LinearPart> q_norm_parts(const std::string& name, const ModelSpec& spec,
                                     std::int64_t layer) {
  std::vector<LinearPart> parts{{name + "q_proj", spec.query_dim()}};
  if (spec.owns_kv(layer) && !has_kv_norm(spec, layer)) {
    for (LinearPart& part : kv_parts(name, spec)) parts.push_back(std::move(part));
  }
  return parts;
}

at::Tensor head_norm(ParameterStore& store, const std::string& name, const ModelSpec& spec) {
  return spec.qk_norm ? store.add(name + ".weight", {spec.head_dim}) : at::Tensor();
}

}  // namespace

Attention::Attention(ParameterStore& store, const std::string& layer_name, const ModelSpec& spec,
                     std::int64_t layer)
    : num_heads_(spec.num_attention_heads),
      num_kv_heads_(spec.num_key_value_heads),
      head_dim_(spec.head_dim),
      eps_(spec.norm_eps),
      products_(store.placement().products()),
      is_source_(spec.owns_kv(layer)),
      q_norm_(store, layer_name + "input_layernorm", spec),
      q_proj_(store, q_norm_parts(layer_name + "self_attn.", spec, layer), spec.hidden_size,
              spec.attention_bias),
      q_head_norm_(head_norm(store, layer_name + "self_attn.q_norm", spec)),
      o_proj_(store, {{layer_name + "self_attn.o_proj", spec.hidden_size}}, spec.query_dim(),
              spec.attention_output_bias) {
  if (is_source_) k_head_norm_ = head_norm(store, layer_name + "self_attn.k_norm", spec);
  if (has_kv_norm(spec, layer)) {
    kv_norm_.emplace(store, layer_name + "self_attn.kv_layernorm", spec);
    kv_proj_.emplace(store, kv_parts(layer_name + "self_attn.", spec), spec.hidden_size,
                     spec.attention_bias);
  }
}

at::Tensor Attention::heads(const at::Tensor& packed, std::int64_t begin,
                            std::int64_t num_heads) const {
  const at::Tensor part = packed.slice(-1, begin * head_dim_, (begin + num_heads) * head_dim_);
  return part.unflatten(-1, {num_heads, head_dim_});
}

at::Tensor Attention::normed_and_rotated(const at::Tensor& x, const at::Tensor& head_norm,
                                         const RotaryTable& rotary) const {
  if (!head_norm.defined()) return rotate(x, rotary);
  return rotate(rms_norm(x, head_norm, eps_, x.scalar_type()), rotary);
}

Projections Attention::project(const at::Tensor& x, const RotaryTable& rotary) const {
  const at::Tensor projected = q_proj_.forward(q_norm_.forward(x));
  const at::Tensor q = heads(projected, 0, num_heads_);
  Projections result{normed_and_rotated(q, q_head_norm_, rotary), std::nullopt};
  if (!is_source_) return result;

  const at::Tensor kv = kv_proj_ ? kv_proj_->forward(kv_norm_->forward(x)) : projected;
  const std::int64_t first = kv_proj_ ? 0 : num_heads_;
  const at::Tensor k = heads(kv, first, num_kv_heads_);
  const at::Tensor v = heads(kv, first + num_kv_heads_, num_kv_heads_);
  result.keys_values = KeysValues{normed_and_rotated(k, k_head_norm_, rotary), v};
  return result;
}

at::Tensor Attention::attend(const at::Tensor& q, const KeysValues& source) const {
  return o_proj_.forward(causal_attention(q, source.k_BSGK, source.v_BSGK, products_).flatten(2));
}

}  // namespace lamina
