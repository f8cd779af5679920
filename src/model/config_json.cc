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

template <class Enum>
Enum enum_of(const Json& config, const char* key) {
  const auto text = config.at(key).get<std::string>();
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
  try {
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
      *value = config.at(key).get<std::int64_t>();
    }
    spec.rope_theta = config.at("rope_theta");
    spec.norm_eps = config.at("rms_norm_eps");
    spec.initializer_range = config.at("initializer_range");
    spec.attention_bias = config.at("attention_bias");
    spec.mlp_bias = config.at("mlp_bias");
    spec.tie_word_embeddings = config.at("tie_word_embeddings");
    spec.qk_norm = config.at("qk_norm");
    spec.design = config.at("design");
    spec.kv_source_layers = config.at("kv_source_layers").get<KvSourceLayers>();
    spec.kv_norm = enum_of<KvNorm>(config, "kv_norm");
    spec.norm = enum_of<NormKind>(config, "norm");
    spec.block = enum_of<BlockKind>(config, "block");
    spec.mlp = enum_of<MlpKind>(config, "mlp");
    return spec;
  } catch (const Json::exception& error) {
    throw Error(fmt::format("config.json: {}", error.what()));
  }
}

}  // namespace lamina
