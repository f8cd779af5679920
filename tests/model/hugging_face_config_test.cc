#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include "error_text.h"
#include "lamina/design/cost.h"
#include "lamina/model/config_json.h"

namespace lamina {
namespace {

/// `config` with `changes` to existing or new keys.
Json with(Json config, const Json& changes) {
  config.update(changes);
  return config;
}

Json sizes(const char* type) {
  return {{"model_type", type},       {"vocab_size", 1000},
          {"hidden_size", 64},        {"intermediate_size", 96},
          {"num_hidden_layers", 3},   {"num_attention_heads", 4},
          {"use_cache", true},        {"max_position_embeddings", 512},
          {"bos_token_id", 1},        {"eos_token_id", Json::array({1, 2})},
          {"initializer_range", 0.01}};
}

Json llama() { return sizes("llama"); }
Json mistral() {
  return with(sizes("mistral"), {{"num_key_value_heads", 2}, {"sliding_window", nullptr}});
}
Json qwen2() { return with(sizes("qwen2"), {{"num_key_value_heads", 2}}); }
Json qwen3() { return with(sizes("qwen3"), {{"num_key_value_heads", 2}, {"head_dim", 32}}); }
Json neox() { return sizes("gpt_neox"); }

std::string refusal(const Json& config) {
  return error_text([&] { parse_config_json(config); });
}

std::string same_config(const Json& config) {
  return config_json(parse_config_json(config)).dump();
}

// The defaults are those of transformers' configuration classes.
TEST(HuggingFaceConfig, LlamaDefaults) {
  const ModelSpec spec = parse_config_json(llama());
  EXPECT_EQ(spec.num_key_value_heads, 4);
  EXPECT_EQ(spec.head_dim, 16);
  EXPECT_EQ(spec.rotary_dim, 16);
  EXPECT_EQ(spec.norm_eps, 1e-6);
  EXPECT_EQ(spec.rope_theta, 10000);
  EXPECT_EQ(spec.norm, NormKind::kRms);
  EXPECT_EQ(spec.block, BlockKind::kSequential);
  EXPECT_EQ(spec.mlp, MlpKind::kSwiglu);
  EXPECT_EQ(spec.kv_norm, KvNorm::kShared);
  EXPECT_EQ(spec.kv_source_layers, (KvSourceLayers{0, 1, 2}));
  EXPECT_EQ(spec.design, "H16-MHA");
  EXPECT_EQ(spec.initializer_range, 0.01);
  EXPECT_FALSE(spec.attention_bias || spec.attention_output_bias || spec.mlp_bias || spec.qk_norm ||
               spec.tie_word_embeddings);
}

TEST(HuggingFaceConfig, LlamaBiasesApplyToEveryProjection) {
  const ModelSpec spec = parse_config_json(with(llama(), {{"attention_bias", true}}));
  EXPECT_TRUE(spec.attention_bias && spec.attention_output_bias);
  EXPECT_TRUE(parse_config_json(with(llama(), {{"mlp_bias", true}})).mlp_bias);
}

TEST(HuggingFaceConfig, MistralEqualsLlama) {
  EXPECT_EQ(same_config(mistral()), same_config(with(llama(), {{"num_key_value_heads", 2}})));
}

TEST(HuggingFaceConfig, Qwen2HasBiasesOnlyForQueriesKeysAndValues) {
  const ModelSpec spec = parse_config_json(qwen2());
  EXPECT_TRUE(spec.attention_bias);
  EXPECT_FALSE(spec.attention_output_bias || spec.mlp_bias || spec.qk_norm);
}

TEST(HuggingFaceConfig, Qwen3NormalisesQueriesAndKeys) {
  const ModelSpec spec = parse_config_json(qwen3());
  EXPECT_TRUE(spec.qk_norm);
  EXPECT_FALSE(spec.attention_bias || spec.attention_output_bias);
  EXPECT_EQ(spec.query_dim(), 128);
}

TEST(HuggingFaceConfig, GptNeoxDefaults) {
  const ModelSpec spec = parse_config_json(neox());
  EXPECT_EQ(spec.num_key_value_heads, 4);
  EXPECT_EQ(spec.rotary_dim, 4);
  EXPECT_EQ(spec.norm_eps, 1e-5);
  EXPECT_EQ(spec.norm, NormKind::kLayer);
  EXPECT_EQ(spec.block, BlockKind::kParallel);
  EXPECT_EQ(spec.mlp, MlpKind::kGelu);
  EXPECT_TRUE(spec.attention_bias && spec.attention_output_bias && spec.mlp_bias);
}

TEST(HuggingFaceConfig, GptNeoxVariants) {
  EXPECT_EQ(parse_config_json(with(neox(), {{"use_parallel_residual", false}})).block,
            BlockKind::kSequential);
  EXPECT_FALSE(parse_config_json(with(neox(), {{"attention_bias", false}})).attention_bias);
  for (const char* tanh : {"gelu_new", "gelu_fast", "gelu_pytorch_tanh"})
    EXPECT_EQ(parse_config_json(with(neox(), {{"hidden_act", tanh}})).mlp, MlpKind::kGeluTanh);
}

TEST(HuggingFaceConfig, Version4And5KeysGiveTheSameModel) {
  const Json theta{{"rope_theta", 5e5}};
  const Json parameters{{"rope_parameters", {{"rope_theta", 5e5}, {"rope_type", "default"}}}};
  for (const Json& config : {llama(), mistral(), qwen2(), qwen3(), neox()}) {
    const std::string version_4 =
        same_config(with(with(config, theta), {{"rope_scaling", nullptr}}));
    EXPECT_EQ(same_config(with(config, parameters)), version_4);
    EXPECT_EQ(same_config(with(with(config, theta), parameters)), version_4);
    EXPECT_EQ(parse_config_json(with(config, parameters)).rope_theta, 5e5);
  }
  const Json old_neox{{"rotary_emb_base", 100}, {"rotary_pct", 0.5}};
  const Json new_neox{
      {"rope_parameters",
       {{"rope_theta", 100.0}, {"partial_rotary_factor", 0.5}, {"rope_type", "default"}}}};
  EXPECT_EQ(same_config(with(neox(), old_neox)), same_config(with(neox(), new_neox)));
  EXPECT_EQ(parse_config_json(with(neox(), new_neox)).rotary_dim, 8);
}

TEST(HuggingFaceConfig, RefusesKeysThatContradict) {
  EXPECT_EQ(
      refusal(with(llama(), {{"rope_theta", 100}, {"rope_parameters", {{"rope_theta", 200}}}})),
      "config.json: rope_parameters.rope_theta: got 200; expected 100, the value of rope_theta");
  EXPECT_EQ(refusal(with(neox(), {{"rotary_pct", 0.5}, {"partial_rotary_factor", 0.25}})),
            "config.json: rotary_pct: got 0.5; expected 0.25, the value of partial_rotary_factor");
}

TEST(HuggingFaceConfig, AllowsAScalingFactorOfOne) {
  const Json parameters{{"rope_type", "default"}, {"rope_theta", 1e4}, {"factor", 1.0}};
  EXPECT_EQ(refusal(with(llama(), {{"rope_parameters", parameters}})), "");
}

TEST(HuggingFaceConfig, RefusesUnsupportedOperations) {
  const std::vector<std::tuple<Json, Json, std::string>> cases{
      {llama(),
       {{"hidden_act", "gelu"}},
       "hidden_act: got \"gelu\"; expected \"silu\" or \"swish\" for model_type llama"},
      {neox(),
       {{"hidden_act", "relu"}},
       "hidden_act: got \"relu\"; expected \"gelu\" or \"gelu_new\" or \"gelu_fast\" or "
       "\"gelu_pytorch_tanh\" for model_type gpt_neox"},
      {llama(),
       {{"rope_scaling", {{"rope_type", "llama3"}}}},
       "rope_scaling.rope_type: got \"llama3\"; expected \"default\" for model_type llama"},
      {llama(),
       {{"rope_scaling", {{"type", "linear"}, {"factor", 2.0}}}},
       "rope_scaling.type: got \"linear\"; expected \"default\" for model_type llama"},
      {qwen3(),
       {{"rope_parameters", {{"rope_type", "yarn"}, {"rope_theta", 1e6}}}},
       "rope_parameters.rope_type: got \"yarn\"; expected \"default\" for model_type qwen3"},
      {llama(),
       {{"rope_parameters", {{"factor", 2.0}}}},
       "rope_parameters.factor: got 2.0; expected 1 (no scaling) with rope_type \"default\""},
      {llama(),
       {{"rope_parameters", {{"factor", 2.0}, {"rope_type", "linear"}}}},
       "rope_parameters.rope_type: got \"linear\"; expected \"default\" for model_type llama"},
      {llama(),
       {{"rope_parameters", {{"rope_type", "default"}, {"beta_fast", 32}}}},
       "rope_parameters.beta_fast: got 32; unknown key with rope_type \"default\" "
       "(remove it if it has no effect)"},
      {llama(),
       {{"rope_scaling", 2}},
       "rope_scaling: got 2; expected null or {} for model_type llama"},
      {llama(),
       {{"partial_rotary_factor", 0.5}},
       "partial_rotary_factor: got 0.5; expected 1 for model_type llama"},
      {llama(), {{"pretraining_tp", 2}}, "pretraining_tp: got 2; expected 1 for model_type llama"},
      {llama(),
       {{"quantization_config", {{"bits", 4}}}},
       "quantization_config: got {\"bits\":4}; expected null for model_type llama"},
      {llama(),
       {{"sliding_window", 256}},
       "sliding_window: got 256; expected null for model_type llama"},
      {mistral(),
       {{"sliding_window", 256}},
       "sliding_window: got 256; expected null or at least max_position_embeddings 512"},
      {qwen2(),
       {{"sliding_window", 256}, {"use_sliding_window", true}},
       "sliding_window: got 256; expected null or at least max_position_embeddings 512"},
      {qwen3(),
       {{"layer_types", {"full_attention", "sliding_attention"}}},
       "layer_types: got \"sliding_attention\"; expected \"full_attention\" for model_type qwen3"},
      {neox(),
       {{"use_parallel_residual", 1}},
       "use_parallel_residual: got 1; expected true or false for model_type gpt_neox"},
      {llama(),
       {{"is_encoder_decoder", true}},
       "is_encoder_decoder: got true; expected false for model_type llama"},
      {llama(),
       {{"logit_scale", 0.5}},
       "logit_scale: got 0.5; unknown key for model_type llama (remove it if it has no effect)"},
      {llama(),
       {{"num_key_value_heads", 3}},
       "num_key_value_heads: got 3; expected a divisor of num_attention_heads 4"},
      {neox(),
       {{"num_attention_heads", 5}},
       "head_dim: must be set, as num_attention_heads 5 does not divide hidden_size 64"},
      {llama(),
       {{"rms_norm_eps", "1e-5"}},
       "rms_norm_eps: got the text \"1e-5\"; expected a number >= 0 and <= 1"}};
  for (const auto& [config, changes, message] : cases)
    EXPECT_EQ(refusal(with(config, changes)), "config.json: " + message);
}

TEST(HuggingFaceConfig, AllowsWindowsThatNoSequenceExceeds) {
  EXPECT_EQ(refusal(with(mistral(), {{"sliding_window", 512}})), "");
  EXPECT_EQ(refusal(with(qwen2(), {{"sliding_window", 256}, {"use_sliding_window", false}})), "");
  Json config = with(mistral(), {{"max_position_embeddings", 8192}});
  config.erase("sliding_window");  // the default of transformers is 4096
  EXPECT_EQ(refusal(config),
            "config.json: sliding_window: got 4096; expected null or at least "
            "max_position_embeddings 8192");
}

TEST(HuggingFaceConfig, AllowsKeysWithoutEffect) {
  EXPECT_EQ(refusal(with(llama(), {{"attention_dropout", 0.1},
                                   {"torch_dtype", "bfloat16"},
                                   {"dtype", "float16"},
                                   {"transformers_version", "4.36.0"},
                                   {"_name_or_path", "x"},
                                   {"pad_token_id", nullptr},
                                   {"sub_configs", nullptr},
                                   {"pretraining_tp", 1},
                                   {"layer_types", {"full_attention"}}})),
            "");
}

TEST(HuggingFaceConfig, RefusesAnUnknownModelType) {
  EXPECT_EQ(
      refusal({{"model_type", "mamba"}}),
      "config.json: model_type: got \"mamba\"; expected one of gpt_neox, lamina, llama, mistral, "
      "qwen2, qwen3");
  EXPECT_EQ(refusal(Json::object()), "config.json: model_type: is missing");
}

TEST(HuggingFaceConfig, RefusesAMissingRequiredKey) {
  for (const auto& [config, key] : {std::pair{mistral(), "num_key_value_heads"},
                                    {qwen2(), "num_key_value_heads"},
                                    {qwen3(), "head_dim"},
                                    {neox(), "vocab_size"},
                                    {llama(), "hidden_size"}}) {
    Json changed = config;
    changed.erase(key);
    EXPECT_EQ(refusal(changed), fmt::format("config.json: {}: is missing", key));
  }
}

/// The relevant keys of a published config.json, and the published number of parameters.
struct Published {
  const char* name;
  const char* config;
  std::int64_t num_parameters;
};

TEST(HuggingFaceConfig, PublishedModelsHaveTheirPublishedNumberOfParameters) {
  const std::vector<Published> models{
      {"pythia-160m", R"({"architectures": ["GPTNeoXForCausalLM"], "bos_token_id": 0,
        "eos_token_id": 0, "hidden_act": "gelu", "hidden_size": 768, "initializer_range": 0.02,
        "intermediate_size": 3072, "layer_norm_eps": 1e-05, "max_position_embeddings": 2048,
        "model_type": "gpt_neox", "num_attention_heads": 12, "num_hidden_layers": 12,
        "rotary_emb_base": 10000, "rotary_pct": 0.25, "tie_word_embeddings": false,
        "torch_dtype": "float16", "use_parallel_residual": true, "vocab_size": 50304})",
       162'322'944},
      {"TinyLlama-1.1B", R"({"hidden_act": "silu", "hidden_size": 2048,
        "intermediate_size": 5632, "max_position_embeddings": 2048, "model_type": "llama",
        "num_attention_heads": 32, "num_hidden_layers": 22, "num_key_value_heads": 4,
        "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": null,
        "tie_word_embeddings": false, "vocab_size": 32000})",
       1'100'048'384},
      {"Llama-2-7b", R"({"hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 11008,
        "max_position_embeddings": 4096, "model_type": "llama", "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 32, "rms_norm_eps": 1e-05,
        "vocab_size": 32000})",
       6'738'415'616},
      {"Mistral-7B-v0.3", R"({"hidden_act": "silu", "hidden_size": 4096,
        "intermediate_size": 14336, "max_position_embeddings": 32768, "model_type": "mistral",
        "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
        "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "sliding_window": null,
        "vocab_size": 32768})",
       7'248'023'552},
      {"Qwen2.5-0.5B", R"({"hidden_act": "silu", "hidden_size": 896, "intermediate_size": 4864,
        "max_position_embeddings": 32768, "max_window_layers": 24, "model_type": "qwen2",
        "num_attention_heads": 14, "num_hidden_layers": 24, "num_key_value_heads": 2,
        "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768,
        "tie_word_embeddings": true, "use_mrope": false, "use_sliding_window": false,
        "vocab_size": 151936})",
       494'032'768},
      {"Qwen3-0.6B", R"({"attention_bias": false, "head_dim": 128, "hidden_act": "silu",
        "hidden_size": 1024, "intermediate_size": 3072, "max_position_embeddings": 40960,
        "max_window_layers": 28, "model_type": "qwen3", "num_attention_heads": 16,
        "num_hidden_layers": 28, "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
        "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
        "tie_word_embeddings": true, "use_sliding_window": false, "vocab_size": 151936})",
       596'049'920}};
  for (const Published& model : models) {
    const ModelSpec spec = parse_config_json(Json::parse(model.config));
    EXPECT_EQ(count_parameters(spec).total(), model.num_parameters) << model.name;
  }
}

}  // namespace
}  // namespace lamina
