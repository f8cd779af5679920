#pragma once
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "design/layouts.h"
#include "lamina/design/model_settings.h"
#include "lamina/model/decoder.h"
#include "lamina/model/initialise.h"

namespace lamina {

struct NamedSharing {
  const char* name;
  KvSharing sharing;
};

/// Every layout, for eight layers.
inline std::vector<NamedSharing> layouts_of_eight_layers() {
  return {{"none", sharing_of(KvLayout::kNone)},
          {"cla2", sharing_of(KvLayout::kCla, 2)},
          {"cla3", sharing_of(KvLayout::kCla, 3)},
          {"keep_ends2", sharing_of(KvLayout::kKeepEnds, 2)},
          {"dense_front", sharing_of(KvLayout::kDenseFront)},
          {"dense_back", sharing_of(KvLayout::kDenseBack)},
          {"mlkv3", sharing_of(KvLayout::kMlkv, 3)},
          {"mlkv1", sharing_of(KvLayout::kMlkv, 1)},
          {"last_shared3", sharing_of(KvLayout::kLastShared, 3)},
          {"map_interleaved", sharing_of({0, 0, 2, 0, 2, 5, 5, 2})}};
}

/// L 8, D 12, H 4, G 2, K 8; the query heads together are wider than the residual stream.
inline ModelSettings small_settings(const KvSharing& sharing = {}) {
  ModelSettings settings;
  settings.hidden_size = 12;
  settings.intermediate_size = 20;
  settings.num_hidden_layers = 8;
  settings.head_dim = 8;
  settings.num_attention_heads = 4;
  settings.num_key_value_heads = 2;
  settings.kv_sharing = sharing;
  settings.initializer_range = 0.3;  // large enough that attention is far from uniform
  return settings;
}

/// The architecture of GPT-NeoX: layer norms, GELU MLP, biases, MHA with H * K = D.
inline ModelSettings neox_settings() {
  ModelSettings settings = small_settings();
  settings.hidden_size = 32;
  settings.num_key_value_heads = 4;
  settings.norm = NormKind::kLayer;
  settings.block = BlockKind::kParallel;
  settings.mlp = MlpKind::kGelu;
  settings.partial_rotary_factor = 0.25;
  settings.attention_bias = settings.mlp_bias = true;
  return settings;
}

inline ModelSpec small_spec(const ModelSettings& settings) { return resolve(settings, 29, 32); }

/// A model with random weights, including norm weights and biases.
inline Decoder random_model(const ModelSpec& spec, at::ScalarType master, at::ScalarType compute) {
  Decoder model(spec, {.master = master, .compute = compute});
  initialise(model, 7);
  at::manual_seed(11);
  model.parameter_store().write([](const std::vector<Parameter>& parameters) {
    for (const auto& [name, value] : parameters) {
      if (value.dim() == 1) value.add_(at::randn_like(value), 0.2);
    }
  });
  return model;
}

inline at::Tensor random_tokens(const ModelSpec& spec, std::int64_t batch, std::int64_t length) {
  at::manual_seed(13);
  return at::randint(spec.vocab_size, {batch, length}, at::kLong);
}

/// max|a - b| / max|b|.
inline double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

}  // namespace lamina
