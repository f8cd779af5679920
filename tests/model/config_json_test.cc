#include "lamina/model/config_json.h"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include "error_text.h"
#include "model/small_model.h"

namespace lamina {
namespace {

std::string architecture(const ModelSettings& settings) {
  return config_json(small_spec(settings))["architectures"][0];
}

TEST(ConfigJson, APlainLlamaSaysSoAndLoadsElsewhere) {
  const Json config = config_json(small_spec(small_settings()));
  EXPECT_EQ(config["architectures"], Json({"LlamaForCausalLM"}));
  EXPECT_EQ(config["model_type"], "llama");
  EXPECT_EQ(config["hidden_act"], "silu");
  EXPECT_EQ(config["hidden_size"], 12);
  EXPECT_EQ(config["intermediate_size"], 20);
  EXPECT_EQ(config["num_hidden_layers"], 8);
  EXPECT_EQ(config["num_attention_heads"], 4);
  EXPECT_EQ(config["num_key_value_heads"], 2);
  EXPECT_EQ(config["head_dim"], 8);
  EXPECT_EQ(config["vocab_size"], 29);
  EXPECT_EQ(config["max_position_embeddings"], 32);
  EXPECT_EQ(config["rms_norm_eps"], 1e-5);
  EXPECT_EQ(config["rope_theta"], 10000);
  EXPECT_EQ(config["tie_word_embeddings"], false);
}

TEST(ConfigJson, WhatLlamaLacksIsNotCalledLlama) {
  for (const auto& [name, sharing] : layouts_of_eight_layers()) {
    ModelSettings settings = small_settings(sharing);
    settings.kv_norm = KvNorm::kShared;
    const bool shares = sharing.layout != KvLayout::kNone;
    EXPECT_EQ(architecture(settings), shares ? "LaminaForCausalLM" : "LlamaForCausalLM") << name;
  }
  ModelSettings settings = small_settings();
  settings.kv_norm = KvNorm::kSeparate;
  EXPECT_EQ(architecture(settings), "LaminaForCausalLM");
  settings = small_settings();
  settings.norm = NormKind::kLayer;
  EXPECT_EQ(architecture(settings), "LaminaForCausalLM");
  settings = small_settings();
  settings.block = BlockKind::kParallel;
  EXPECT_EQ(architecture(settings), "LaminaForCausalLM");
  settings = small_settings();
  settings.mlp = MlpKind::kGelu;
  EXPECT_EQ(architecture(settings), "LaminaForCausalLM");
  settings = small_settings();
  settings.qk_norm = true;
  EXPECT_EQ(architecture(settings), "LaminaForCausalLM");
  settings = small_settings();
  settings.partial_rotary_factor = 0.5;
  EXPECT_EQ(architecture(settings), "LaminaForCausalLM");
}

ModelSettings unusual_settings() {
  ModelSettings settings = small_settings(sharing_of({0, 0, 2, 0, 2, 5, 5, 2}));
  settings.norm = NormKind::kLayer;
  settings.layer_norm_eps = 1e-7;
  settings.block = BlockKind::kParallel;
  settings.mlp = MlpKind::kGelu;
  settings.kv_norm = KvNorm::kShared;
  settings.rope_theta = 500000;
  settings.partial_rotary_factor = 0.25;
  settings.qk_norm = settings.attention_bias = settings.mlp_bias = settings.tie_word_embeddings =
      true;
  return settings;
}

TEST(ConfigJson, EveryFieldComesBack) {
  const ModelSpec spec = small_spec(unusual_settings());
  const ModelSpec read = parse_config_json(Json::parse(config_json(spec).dump()));
  EXPECT_EQ(read.vocab_size, 29);
  EXPECT_EQ(read.hidden_size, 12);
  EXPECT_EQ(read.intermediate_size, 20);
  EXPECT_EQ(read.num_hidden_layers, 8);
  EXPECT_EQ(read.num_attention_heads, 4);
  EXPECT_EQ(read.num_key_value_heads, 2);
  EXPECT_EQ(read.head_dim, 8);
  EXPECT_EQ(read.max_position_embeddings, 32);
  EXPECT_EQ(read.rotary_dim, 2);
  EXPECT_EQ(read.rope_theta, 500000);
  EXPECT_EQ(read.norm_eps, 1e-7);
  EXPECT_EQ(read.initializer_range, 0.3);
  EXPECT_EQ(read.kv_norm, KvNorm::kShared);
  EXPECT_EQ(read.norm, NormKind::kLayer);
  EXPECT_EQ(read.block, BlockKind::kParallel);
  EXPECT_EQ(read.mlp, MlpKind::kGelu);
  EXPECT_TRUE(read.qk_norm && read.attention_bias && read.mlp_bias && read.tie_word_embeddings);
  EXPECT_EQ(read.kv_source_layers, (KvSourceLayers{0, 0, 2, 0, 2, 5, 5, 2}));
  EXPECT_EQ(read.design, "H8-GQA2-Map0.0.2.0.2.5.5.2");
}

TEST(ConfigJson, WritingWhatWasReadChangesNothing) {
  for (const auto& [name, sharing] : layouts_of_eight_layers()) {
    const Json written = config_json(small_spec(small_settings(sharing)));
    EXPECT_EQ(config_json(parse_config_json(written)), written) << name;
  }
}

TEST(ConfigJson, AMissingKeyIsNamed) {
  const Json whole = config_json(small_spec(small_settings()));
  for (const char* key : {"vocab_size", "head_dim", "rotary_dim", "rope_theta", "qk_norm", "design",
                          "kv_source_layers", "kv_norm", "mlp"}) {
    Json config = whole;
    config.erase(key);
    const std::string message = error_text([&] { parse_config_json(config); });
    EXPECT_TRUE(message.starts_with("config.json: ")) << message;
    EXPECT_NE(message.find(fmt::format("'{}' not found", key)), std::string::npos) << message;
  }
}

TEST(ConfigJson, AnUnknownVariantIsNamed) {
  Json config = config_json(small_spec(small_settings()));
  config["norm"] = "batch";
  EXPECT_EQ(error_text([&] { parse_config_json(config); }),
            "config.json: norm is \"batch\", which is unknown");
}

}  // namespace
}  // namespace lamina
