#pragma once
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "model/small_model.h"

namespace lamina {

/// The definition of K/V sharing without any sharing: a decoder in plain ATen operations (RMS norm,
/// SwiGLU, no biases) in which every layer computes its own keys and values, with copied weights,
/// from the input of its source layer. Every use of a parameter is a separate copy with its own
/// gradient.
class CopiedWeightsReference {
 public:
  explicit CopiedWeightsReference(const Decoder& model) : spec_(model.spec()) {
    for (const auto& [name, value] : model.parameters()) values_[name] = value.detach();
  }

  /// Mean cross entropy of tokens (B, T + 1).
  at::Tensor loss(const at::Tensor& tokens_BT1) {
    const std::int64_t num_inputs = tokens_BT1.size(1) - 1;
    const at::Tensor logits = logits_of(tokens_BT1.narrow(1, 0, num_inputs));
    return at::cross_entropy_loss(logits.flatten(0, 1),
                                  tokens_BT1.narrow(1, 1, num_inputs).flatten());
  }

  std::size_t num_copies(const std::string& name) const { return copies_.at(name).size(); }

  /// The sum of the gradients of a parameter's copies.
  at::Tensor gradient(const std::string& name) const {
    at::Tensor sum = at::zeros_like(values_.at(name));
    for (const at::Tensor& copy : copies_.at(name)) sum += copy.grad();
    return sum;
  }

 private:
  at::Tensor copy_of(const std::string& name) {
    copies_[name].push_back(values_.at(name).clone().requires_grad_());
    return copies_[name].back();
  }

  at::Tensor normed(const at::Tensor& x, const std::string& name) {
    return x * at::rsqrt(x.square().mean(-1, true) + spec_.norm_eps) * copy_of(name + ".weight");
  }

  at::Tensor multiplied(const at::Tensor& x, const std::string& name) {
    return at::linear(x, copy_of(name + ".weight"));
  }

  at::Tensor heads(const at::Tensor& x) const { return x.unflatten(-1, {-1, spec_.head_dim}); }

  /// The rotation of RoFormer over the whole head; dimensions j and j + K/2 are a pair.
  at::Tensor rotated(const at::Tensor& x_BTHK) const {
    const std::int64_t half = spec_.head_dim / 2;
    const at::Tensor exponents =
        at::arange(half, at::kDouble) * (-2.0 / static_cast<double>(spec_.head_dim));
    const at::Tensor frequencies =
        at::pow(at::scalar_tensor(spec_.rope_theta, at::kDouble), exponents);
    const at::Tensor angles =
        at::outer(at::arange(x_BTHK.size(1), at::kDouble), frequencies).unsqueeze(1);
    const at::Tensor a = x_BTHK.slice(-1, 0, half), b = x_BTHK.slice(-1, half);
    return at::cat({a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin()}, -1);
  }

  at::Tensor attended(const at::Tensor& q, const at::Tensor& k_BSGK,
                      const at::Tensor& v_BSGK) const {
    const std::int64_t repeats = spec_.num_attention_heads / spec_.num_key_value_heads;
    const at::Tensor k = k_BSGK.repeat_interleave(repeats, 2),
                     v = v_BSGK.repeat_interleave(repeats, 2);
    at::Tensor scores =
        at::einsum("bthk,bshk->bhts", {q, k}) / std::sqrt(static_cast<double>(spec_.head_dim));
    const at::Tensor future = at::ones({q.size(1), q.size(1)}, at::kBool).triu(1);
    scores = scores.masked_fill(future, -std::numeric_limits<double>::infinity());
    return at::einsum("bhts,bshk->bthk", {at::softmax(scores, -1), v}).flatten(2);
  }

  at::Tensor attention(const std::vector<at::Tensor>& inputs, std::int64_t layer) {
    const std::int64_t source = spec_.kv_source_layers[static_cast<std::size_t>(layer)];
    const std::string own = prefix(layer), of_source = prefix(source);
    const bool separate = spec_.kv_norm == KvNorm::kSeparate;
    const at::Tensor y = normed(inputs[static_cast<std::size_t>(layer)], own + "input_layernorm");
    const at::Tensor y_kv =
        normed(inputs[static_cast<std::size_t>(source)],
               of_source + (separate ? "self_attn.kv_layernorm" : "input_layernorm"));
    const at::Tensor q = rotated(heads(multiplied(y, own + "self_attn.q_proj")));
    const at::Tensor k = rotated(heads(multiplied(y_kv, of_source + "self_attn.k_proj")));
    const at::Tensor v = heads(multiplied(y_kv, of_source + "self_attn.v_proj"));
    return multiplied(attended(q, k, v), own + "self_attn.o_proj");
  }

  at::Tensor mlp(const at::Tensor& x, const std::string& name) {
    const at::Tensor y = normed(x, name + "post_attention_layernorm");
    const at::Tensor gate = at::silu(multiplied(y, name + "mlp.gate_proj"));
    return multiplied(gate * multiplied(y, name + "mlp.up_proj"), name + "mlp.down_proj");
  }

  at::Tensor logits_of(const at::Tensor& tokens) {
    std::vector<at::Tensor> inputs;  // the input of each layer
    at::Tensor x = at::embedding(copy_of("model.embed_tokens.weight"), tokens);
    for (std::int64_t layer = 0; layer < spec_.num_hidden_layers; ++layer) {
      inputs.push_back(x);
      const at::Tensor middle = x + attention(inputs, layer);
      x = middle + mlp(middle, prefix(layer));
    }
    return multiplied(normed(x, "model.norm"), "lm_head");
  }

  static std::string prefix(std::int64_t layer) {
    return "model.layers." + std::to_string(layer) + ".";
  }

  ModelSpec spec_;
  std::map<std::string, at::Tensor> values_;
  std::map<std::string, std::vector<at::Tensor>> copies_;
};

}  // namespace lamina
