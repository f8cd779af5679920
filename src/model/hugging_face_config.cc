#include "model/hugging_face_config.h"

namespace lamina {
namespace {

/// The keys that all architectures have.
Json common_config(const ModelSpec& spec, const char* type, const char* architecture) {
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

/// The keys that LlamaConfig, Qwen2Config and Qwen3Config have in common.
Json llama_like_config(const ModelSpec& spec, const char* type, const char* architecture) {
  Json config = common_config(spec, type, architecture);
  config.update({{"num_key_value_heads", spec.num_key_value_heads},
                 {"head_dim", spec.head_dim},
                 {"hidden_act", "silu"},
                 {"rms_norm_eps", spec.norm_eps},
                 {"rope_theta", spec.rope_theta}});
  return config;
}

Json gpt_neox_config(const ModelSpec& spec) {
  Json config = common_config(spec, "gpt_neox", "GPTNeoXForCausalLM");
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

std::vector<Json> hugging_face_candidates(const ModelSpec& spec) {
  Json llama = llama_like_config(spec, "llama", "LlamaForCausalLM");
  llama.update({{"attention_bias", spec.attention_bias}, {"mlp_bias", spec.mlp_bias}});
  Json qwen3 = llama_like_config(spec, "qwen3", "Qwen3ForCausalLM");
  qwen3["attention_bias"] = spec.attention_bias;
  return {std::move(llama), llama_like_config(spec, "qwen2", "Qwen2ForCausalLM"), std::move(qwen3),
          gpt_neox_config(spec)};
}

}  // namespace lamina
