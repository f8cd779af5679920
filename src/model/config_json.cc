#include "lamina/model/config_json.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "lamina/core/error.h"

namespace lamina {
namespace {

bool is_plain_llama(const ModelSpec& spec) {
  return spec.norm == NormKind::kRms && spec.block == BlockKind::kSequential &&
         spec.mlp == MlpKind::kSwiglu && !spec.qk_norm && spec.rotary_dim == spec.head_dim &&
         spec.kv_norm == KvNorm::kShared && !spec.shares_kv();
}

/// Throws Error naming the key where it is missing or of another type.
template <class T>
T value_of(const Json& config, const char* key) {
  try {
    return config.at(key).get<T>();
  } catch (const Json::exception& error) {
    throw Error(fmt::format("config.json: {}: {}", key, error.what()));
  }
}

template <class Enum>
Enum enum_of(const Json& config, const char* key) {
  const auto text = value_of<std::string>(config, key);
  const auto& names = EnumNames<Enum>::names;
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end())
    throw Error(fmt::format("config.json: {} is \"{}\", which is unknown", key, text));
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

Json config_json(const ModelSpec& spec) {
  const bool llama = is_plain_llama(spec);
  Json config{{"architectures", {llama ? "LlamaForCausalLM" : "LaminaForCausalLM"}},
              {"model_type", llama ? "llama" : "lamina"},
              {"vocab_size", spec.vocab_size},
              {"hidden_size", spec.hidden_size},
              {"intermediate_size", spec.intermediate_size},
              {"num_hidden_layers", spec.num_hidden_layers},
              {"num_attention_heads", spec.num_attention_heads},
              {"num_key_value_heads", spec.num_key_value_heads},
              {"head_dim", spec.head_dim},
              {"max_position_embeddings", spec.max_position_embeddings},
              {"rope_theta", spec.rope_theta},
              {"rms_norm_eps", spec.norm_eps},
              {"initializer_range", spec.initializer_range},
              {"attention_bias", spec.attention_bias},
              {"mlp_bias", spec.mlp_bias},
              {"tie_word_embeddings", spec.tie_word_embeddings},
              {"hidden_act", spec.mlp == MlpKind::kSwiglu ? "silu" : "gelu"},
              {"torch_dtype", "float32"}};
  config["design"] = spec.design;
  config["kv_source_layers"] = spec.kv_source_layers;
  config["kv_norm"] = enum_name(spec.kv_norm);
  config["norm"] = enum_name(spec.norm);
  config["block"] = enum_name(spec.block);
  config["mlp"] = enum_name(spec.mlp);
  config["qk_norm"] = spec.qk_norm;
  config["rotary_dim"] = spec.rotary_dim;
  return config;
}

ModelSpec parse_config_json(const Json& config) {
  ModelSpec spec;
  for (auto [key, value] : {std::pair{"vocab_size", &spec.vocab_size},
                            {"hidden_size", &spec.hidden_size},
                            {"intermediate_size", &spec.intermediate_size},
                            {"num_hidden_layers", &spec.num_hidden_layers},
                            {"num_attention_heads", &spec.num_attention_heads},
                            {"num_key_value_heads", &spec.num_key_value_heads},
                            {"head_dim", &spec.head_dim},
                            {"max_position_embeddings", &spec.max_position_embeddings},
                            {"rotary_dim", &spec.rotary_dim}}) {
    *value = value_of<std::int64_t>(config, key);
  }
  for (auto [key, value] : {std::pair{"rope_theta", &spec.rope_theta},
                            {"rms_norm_eps", &spec.norm_eps},
                            {"initializer_range", &spec.initializer_range}}) {
    *value = value_of<double>(config, key);
  }
  for (auto [key, value] : {std::pair{"attention_bias", &spec.attention_bias},
                            {"mlp_bias", &spec.mlp_bias},
                            {"tie_word_embeddings", &spec.tie_word_embeddings},
                            {"qk_norm", &spec.qk_norm}}) {
    *value = value_of<bool>(config, key);
  }
  spec.design = value_of<std::string>(config, "design");
  KvSharing map;
  map.layout = KvLayout::kMap;
  map.kv_source_layers = value_of<KvSourceLayers>(config, "kv_source_layers");
  spec.kv_source_layers = kv_source_layers(map, spec.num_hidden_layers);  // checks it
  spec.kv_norm = enum_of<KvNorm>(config, "kv_norm");
  spec.norm = enum_of<NormKind>(config, "norm");
  spec.block = enum_of<BlockKind>(config, "block");
  spec.mlp = enum_of<MlpKind>(config, "mlp");
  return spec;
}

}  // namespace lamina
