#include "model/hugging_face_config.h"

namespace lamina {
namespace {

bool is_llama_like(const ModelSpec& spec) {
  return spec.norm == NormKind::kRms && spec.block == BlockKind::kSequential &&
         spec.mlp == MlpKind::kSwiglu && spec.rotary_dim == spec.head_dim &&
         spec.kv_norm == KvNorm::kShared && !spec.shares_kv();
}

bool is_gpt_neox(const ModelSpec& spec) {
  return spec.norm == NormKind::kLayer && spec.mlp != MlpKind::kSwiglu &&
         spec.kv_norm == KvNorm::kShared && !spec.shares_kv() && !spec.qk_norm && spec.mlp_bias &&
         spec.attention_bias == spec.attention_output_bias &&
         spec.num_key_value_heads == spec.num_attention_heads &&
         spec.query_dim() == spec.hidden_size;
}

Json sizes(const ModelSpec& spec, const char* type, const char* architecture) {
  return {{"architectures", {architecture}},
          {"model_type", type},
          {"vocab_size", spec.vocab_size},
          {"hidden_size", spec.hidden_size},
          {"intermediate_size", spec.intermediate_size},
          {"num_hidden_layers", spec.num_hidden_layers},
          {"num_attention_heads", spec.num_attention_heads},
          {"max_position_embeddings", spec.max_position_embeddings},
          {"initializer_range", spec.initializer_range},
          {"tie_word_embeddings", spec.tie_word_embeddings},
          {"torch_dtype", "float32"}};
}

Json llama_like_config(const ModelSpec& spec, const char* type, const char* architecture) {
  Json config = sizes(spec, type, architecture);
  config.update({{"num_key_value_heads", spec.num_key_value_heads},
                 {"head_dim", spec.head_dim},
                 {"hidden_act", "silu"},
                 {"rms_norm_eps", spec.norm_eps},
                 {"rope_theta", spec.rope_theta}});
  return config;
}

Json gpt_neox_config(const ModelSpec& spec) {
  Json config = sizes(spec, "gpt_neox", "GPTNeoXForCausalLM");
  config.update(
      {{"hidden_act", spec.mlp == MlpKind::kGelu ? "gelu" : "gelu_pytorch_tanh"},
       {"layer_norm_eps", spec.norm_eps},
       {"rotary_emb_base", spec.rope_theta},
       {"rotary_pct", static_cast<double>(spec.rotary_dim) / static_cast<double>(spec.head_dim)},
       {"attention_bias", spec.attention_bias},
       {"use_parallel_residual", spec.block == BlockKind::kParallel}});
  return config;
}

}  // namespace

std::optional<Json> hugging_face_config(const ModelSpec& spec) {
  if (is_gpt_neox(spec)) return gpt_neox_config(spec);
  if (!is_llama_like(spec)) return std::nullopt;
  const bool same_biases = spec.attention_bias == spec.attention_output_bias;
  if (!spec.qk_norm && same_biases) {
    Json config = llama_like_config(spec, "llama", "LlamaForCausalLM");
    config.update({{"attention_bias", spec.attention_bias}, {"mlp_bias", spec.mlp_bias}});
    return config;
  }
  if (spec.mlp_bias) return std::nullopt;
  if (spec.qk_norm && same_biases) {
    Json config = llama_like_config(spec, "qwen3", "Qwen3ForCausalLM");
    config["attention_bias"] = spec.attention_bias;
    return config;
  }
  if (!spec.qk_norm && spec.attention_bias)
    return llama_like_config(spec, "qwen2", "Qwen2ForCausalLM");
  return std::nullopt;
}

}  // namespace lamina
