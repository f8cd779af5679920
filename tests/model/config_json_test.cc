#include "lamina/model/config_json.h"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include "error_text.h"
#include "lamina/core/files.h"
#include "model/small_model.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

std::string model_type(const ModelSettings& settings) {
  return config_json(small_spec(settings))["model_type"];
}

TEST(ConfigJson, ADesignWithoutSharingIsWrittenAsLlama) {
  const Json config = config_json(small_spec(small_settings()));
  const Json expected{{"architectures", {"LlamaForCausalLM"}},
                      {"model_type", "llama"},
                      {"vocab_size", 29},
                      {"hidden_size", 12},
                      {"intermediate_size", 20},
                      {"num_hidden_layers", 8},
                      {"num_attention_heads", 4},
                      {"max_position_embeddings", 32},
                      {"initializer_range", 0.3},
                      {"tie_word_embeddings", false},
                      {"torch_dtype", "float32"},
                      {"num_key_value_heads", 2},
                      {"head_dim", 8},
                      {"hidden_act", "silu"},
                      {"rms_norm_eps", 1e-5},
                      {"rope_theta", 10000.0},
                      {"attention_bias", false},
                      {"mlp_bias", false}};
  EXPECT_EQ(config, expected);
}

TEST(ConfigJson, EachDesignThatTransformersHasGetsItsModelType) {
  ModelSettings settings = small_settings();
  settings.attention_bias = settings.mlp_bias = true;
  EXPECT_EQ(model_type(settings), "llama");
  settings.mlp_bias = settings.attention_output_bias.emplace(false);
  EXPECT_EQ(model_type(settings), "qwen2");
  settings = small_settings();
  settings.qk_norm = true;
  EXPECT_EQ(model_type(settings), "qwen3");
  settings = neox_settings();
  EXPECT_EQ(model_type(settings), "gpt_neox");
  settings.block = BlockKind::kSequential;
  settings.mlp = MlpKind::kGeluTanh;
  EXPECT_EQ(model_type(settings), "gpt_neox");
}

TEST(ConfigJson, DesignsThatTransformersLacksGetModelTypeLamina) {
  for (const auto& [name, sharing] : layouts_of_eight_layers()) {
    ModelSettings settings = small_settings(sharing);
    settings.kv_norm = KvNorm::kShared;
    EXPECT_EQ(model_type(settings), sharing.layout == KvLayout::kNone ? "llama" : "lamina") << name;
  }
  const std::vector<std::function<void(ModelSettings&)>> llama_changes{
      [](ModelSettings& s) { s.kv_norm = KvNorm::kSeparate; },
      [](ModelSettings& s) { s.norm = NormKind::kLayer; },
      [](ModelSettings& s) { s.block = BlockKind::kParallel; },
      [](ModelSettings& s) { s.mlp = MlpKind::kGelu; },
      [](ModelSettings& s) { s.partial_rotary_factor = 0.5; },
      [](ModelSettings& s) { s.attention_output_bias = true; },
      [](ModelSettings& s) { s.qk_norm = s.mlp_bias = true; }};
  for (std::size_t i = 0; i < llama_changes.size(); ++i) {
    ModelSettings settings = small_settings();
    llama_changes[i](settings);
    EXPECT_EQ(model_type(settings), "lamina") << i;
  }
  const std::vector<std::function<void(ModelSettings&)>> neox_changes{
      [](ModelSettings& s) { s.kv_norm = KvNorm::kSeparate; },
      [](ModelSettings& s) { s.norm = NormKind::kRms; },
      [](ModelSettings& s) { s.mlp = MlpKind::kSwiglu; },
      [](ModelSettings& s) { s.mlp_bias = false; },
      [](ModelSettings& s) { s.attention_output_bias = false; },
      [](ModelSettings& s) { s.qk_norm = true; },
      [](ModelSettings& s) { s.num_key_value_heads = 2; },
      [](ModelSettings& s) { s.hidden_size = 40; },
      [](ModelSettings& s) { s.kv_sharing = sharing_of(KvLayout::kCla, 2); }};
  for (std::size_t i = 0; i < neox_changes.size(); ++i) {
    ModelSettings settings = neox_settings();
    neox_changes[i](settings);
    EXPECT_EQ(model_type(settings), "lamina") << i;
  }
}

ModelSettings unusual_settings() {
  ModelSettings settings = small_settings(sharing_of({0, 0, 2, 0, 2, 5, 5, 2}));
  settings.norm = NormKind::kLayer;
  settings.layer_norm_eps = 1e-7;
  settings.block = BlockKind::kParallel;
  settings.mlp = MlpKind::kGeluTanh;
  settings.kv_norm = KvNorm::kShared;
  settings.rope_theta = 500000;
  settings.partial_rotary_factor = 0.25;
  settings.qk_norm = settings.attention_bias = settings.mlp_bias = settings.tie_word_embeddings =
      true;
  settings.attention_output_bias = false;
  return settings;
}

ModelSpec read_again(const ModelSpec& spec) {
  return parse_config_json(Json::parse(config_json(spec).dump()));
}

TEST(ConfigJson, EveryFieldRoundTrips) {
  const ModelSpec expected{.vocab_size = 29,
                           .hidden_size = 12,
                           .intermediate_size = 20,
                           .num_hidden_layers = 8,
                           .num_attention_heads = 4,
                           .num_key_value_heads = 2,
                           .head_dim = 8,
                           .max_position_embeddings = 32,
                           .rotary_dim = 2,
                           .rope_theta = 500000,
                           .norm_eps = 1e-7,
                           .initializer_range = 0.3,
                           .kv_norm = KvNorm::kShared,
                           .norm = NormKind::kLayer,
                           .block = BlockKind::kParallel,
                           .mlp = MlpKind::kGeluTanh,
                           .qk_norm = true,
                           .attention_bias = true,
                           .attention_output_bias = false,
                           .mlp_bias = true,
                           .tie_word_embeddings = true,
                           .kv_source_layers = {0, 0, 2, 0, 2, 5, 5, 2},
                           .design = "H8-GQA2-Map0.0.2.0.2.5.5.2"};
  EXPECT_TRUE(read_again(small_spec(unusual_settings())) == expected);
  std::vector<ModelSettings> all{neox_settings(), unusual_settings(), small_settings()};
  for (const auto& [name, sharing] : layouts_of_eight_layers())
    all.push_back(small_settings(sharing));
  all.push_back(small_settings());
  all.back().qk_norm = true;
  all.push_back(small_settings());
  all.back().attention_bias = true;
  all.push_back(all.back());
  all.back().attention_output_bias = false;
  for (const ModelSettings& settings : all) {
    const ModelSpec spec = small_spec(settings);
    EXPECT_TRUE(read_again(spec) == spec) << config_json(spec).dump();
  }
}

std::string refusal(const Json& config) {
  return error_text([&] { parse_config_json(config); });
}

TEST(ConfigJson, RefusesAMissingKey) {
  for (const ModelSettings& settings : {small_settings(), neox_settings(), unusual_settings()}) {
    const Json whole = config_json(small_spec(settings));
    for (const char* key : {"vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
                            "max_position_embeddings", "model_type"}) {
      Json config = whole;
      config.erase(key);
      const std::string missing = fmt::format("config.json: {}: is missing", key);
      const std::string required = fmt::format("config.json: {} is required but not set: ", key);
      EXPECT_TRUE(refusal(config) == missing || refusal(config).starts_with(required))
          << refusal(config);
    }
  }
}

TEST(ConfigJson, RefusesAWrongValue) {
  const Json whole = config_json(small_spec(unusual_settings()));
  const std::vector<std::tuple<const char*, Json, const char*>> cases{
      {"norm", "batch", "norm: got \"batch\"; expected one of rms, layer"},
      {"norm", 1, "norm: got \"1\"; expected one of rms, layer"},
      {"hidden_size", "12",
       "hidden_size: got the text \"12\"; expected an integer >= 1 and <= 1048576"},
      {"hidden_size", 12.5,
       "hidden_size: got \"12.5\", which is not written as an integer; expected an integer >= 1 "
       "and "
       "<= 1048576"},
      {"hidden_size", 0, "hidden_size: got \"0\"; expected an integer >= 1 and <= 1048576"},
      {"hidden_size", 18446744073709551615U,
       "hidden_size: got \"18446744073709551615\", which is too large for 64 bits; expected an "
       "integer >= 1 and <= 1048576"},
      {"rope_theta", true, "rope_theta: got \"true\"; expected a number >= 1 and <= 1000000000000"},
      {"qk_norm", 1, "qk_norm: got \"1\"; expected true or false"},
      {"design", 1, "design: got 1; expected a string"},
      {"kv_sharing", 1,
       "kv_sharing: got \"1\"; expected a map with the keys layout, factor, kv_layers, count, "
       "kv_source_layers"},
      {"num_key_value_heads", 3,
       "num_key_value_heads: got 3; expected a divisor of num_attention_heads 4"},
      {"rms_norm_eps", 1e-5,
       "rms_norm_eps is set but has no effect: it is used when model.norm is rms"},
      {"hiden_size", 1, "hiden_size is unknown; did you mean hidden_size?"}};
  for (const auto& [key, value, message] : cases) {
    Json config = whole;
    config[key] = value;
    EXPECT_EQ(refusal(config), fmt::format("config.json: {}", message));
  }
  Json config = whole;
  config["kv_sharing"]["kv_source_layers"] = {0, 1};
  EXPECT_TRUE(refusal(config).starts_with("config.json: kv_sharing.kv_source_layers: "))
      << refusal(config);
  config["kv_sharing"]["kv_source_layers"] = {0, "1"};
  EXPECT_EQ(refusal(config),
            "config.json: kv_sharing.kv_source_layers[1]: got the text \"1\"; expected an "
            "integer >= 0 and <= 10000");
}

TEST(ConfigJson, RefusesJsonThatIsNotAnObject) {
  EXPECT_EQ(refusal(Json::array()), "config.json: expected a JSON object");
}

TEST(ConfigJson, ErrorsStartWithThePathOfTheFile) {
  const TemporaryFolder folder;
  const auto refusal_of = [&](const char* text) {
    write_file_synced(folder.path() / "config.json", text);
    const std::string message = error_text([&] { read_config_json(folder.path()); });
    const std::string prefix = (folder.path() / "config.json").string() + ": ";
    EXPECT_TRUE(message.starts_with(prefix)) << message;
    return message.substr(std::min(prefix.size(), message.size()));
  };
  EXPECT_EQ(refusal_of(R"({"model_type": "mamba"})"),
            "model_type: got \"mamba\"; expected one of gpt_neox, lamina, llama, mistral, qwen2, "
            "qwen3");
  EXPECT_EQ(refusal_of(R"({"model_type": "llama", "model_type": "llama"})"),
            "duplicate key \"model_type\"");
  EXPECT_NE(refusal_of("{").find("parse error"), std::string::npos);
  EXPECT_NE(refusal_of(R"({"rope_theta": 1e999})").find("number overflow"), std::string::npos);
}

}  // namespace
}  // namespace lamina
