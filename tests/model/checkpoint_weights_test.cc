#include "lamina/model/checkpoint_weights.h"

#include <gmock/gmock.h>
#include <spdlog/fmt/fmt.h>

#include "error_text.h"
#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"
#include "model/small_model.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

class CheckpointWeights : public testing::Test {
 protected:
  static ModelSpec llama_spec() {
    ModelSettings settings = small_settings();
    settings.num_hidden_layers = 2;
    return small_spec(settings);
  }
  static ModelSpec neox_spec() {
    ModelSettings settings = small_settings();
    settings.num_hidden_layers = 2;
    settings.hidden_size = 32;
    settings.num_key_value_heads = 4;
    settings.norm = NormKind::kLayer;
    settings.mlp = MlpKind::kGelu;
    settings.attention_bias = settings.mlp_bias = true;
    return small_spec(settings);
  }

  /// The tensors of a complete checkpoint.
  static NamedTensors random_weights(const ModelSpec& spec) {
    return stored_weights(random_model(spec, at::kFloat, at::kFloat));
  }

  const std::filesystem::path& folder() const { return folder_.path(); }
  void write(const std::string& file, const NamedTensors& tensors) const {
    write_safetensors(folder() / file, tensors, {});
  }

  /// Two shards, one tensor in the first and all others in the second, and their index.
  void write_shards(const NamedTensors& tensors) const {
    write("first.safetensors", {tensors[0]});
    write("second.safetensors", {tensors.begin() + 1, tensors.end()});
    Json map;
    for (const auto& [name, tensor] : tensors)
      map[name] = name == tensors[0].first ? "first.safetensors" : "second.safetensors";
    write_index(map);
  }
  void write_index(const Json& weight_map) const {
    write_file_synced(folder() / "model.safetensors.index.json",
                      Json{{"metadata", Json::object()}, {"weight_map", weight_map}}.dump());
  }
  Json read_map() const {
    return read_json(folder() / "model.safetensors.index.json")["weight_map"];
  }

  /// The error of reading into a new model, without the folder; "" if there is none.
  std::string refusal(const ModelSpec& spec) const {
    Decoder model(spec, {});
    std::string message = error_text([&] { read_weights(folder(), model); });
    const std::string prefix = folder().string();
    EXPECT_TRUE(message.empty() || message.starts_with(prefix)) << message;
    return message.empty() ? message : message.substr(prefix.size());
  }
  std::string refusal_of(const ModelSpec& spec, const NamedTensors& tensors) const {
    write("model.safetensors", tensors);
    return refusal(spec);
  }

 private:
  TemporaryFolder folder_;
};

at::Tensor& tensor_named(NamedTensors& tensors, const std::string& name) {
  for (auto& [known, tensor] : tensors) {
    if (known == name) return tensor;
  }
  throw std::logic_error(name);
}

TEST_F(CheckpointWeights, RoundTrip) {
  for (const ModelSpec& spec : {llama_spec(), neox_spec()}) {
    const Decoder original = random_model(spec, at::kFloat, at::kFloat);
    write("model.safetensors", stored_weights(original));
    Decoder read(spec, {});
    read_weights(folder(), read);
    for (std::size_t i = 0; i < read.parameters().size(); ++i) {
      EXPECT_TRUE(at::equal(read.parameters()[i].value, original.parameters()[i].value))
          << read.parameters()[i].name;
    }
  }
}

TEST_F(CheckpointWeights, EveryFloatingPointDtypeIsConvertedToTheMasterDtype) {
  const NamedTensors weights = random_weights(llama_spec());
  for (const auto stored : {at::kBFloat16, at::kHalf, at::kFloat, at::kDouble}) {
    for (const auto master : {at::kFloat, at::kDouble}) {
      NamedTensors converted = weights;
      for (auto& [name, tensor] : converted) tensor = tensor.to(stored);
      write("model.safetensors", converted);
      Decoder model(llama_spec(), {.master = master, .compute = master});
      read_weights(folder(), model);
      EXPECT_TRUE(at::equal(model.parameters()[1].value, converted[1].second.to(master)));
    }
  }
}

// The rows of head h start at 3 h K: K of its query, then K of its key, then K of its value.
TEST_F(CheckpointWeights, GptNeoxFusesQueriesKeysAndValuesHeadByHead) {
  const ModelSpec spec = neox_spec();
  NamedTensors tensors = random_weights(spec);
  const std::string fused = "gpt_neox.layers.0.attention.query_key_value.weight";
  const at::Tensor rows = at::arange(96, at::kFloat).unsqueeze(1).expand({96, 32});
  tensor_named(tensors, fused) = rows;
  write("model.safetensors", tensors);
  Decoder model(spec, {});
  read_weights(folder(), model);
  std::map<std::string, at::Tensor> values;
  for (const auto& [name, value] : model.parameters()) values[name] = value;
  const auto first_column = [&](const char* name) {
    return values.at("model.layers.0.self_attn." + std::string(name) + ".weight").select(1, 0);
  };
  for (std::int64_t head = 0; head < 4; ++head) {
    for (std::int64_t k = 0; k < 8; ++k) {
      EXPECT_EQ(first_column("q_proj")[8 * head + k].item<float>(), 24 * head + k);
      EXPECT_EQ(first_column("k_proj")[8 * head + k].item<float>(), 24 * head + 8 + k);
      EXPECT_EQ(first_column("v_proj")[8 * head + k].item<float>(), 24 * head + 16 + k);
    }
  }
  EXPECT_TRUE(at::equal(tensor_named(tensors = stored_weights(model), fused), rows));
}

TEST_F(CheckpointWeights, RefusesAMissingTensor) {
  NamedTensors tensors = random_weights(llama_spec());
  tensors.pop_back();
  EXPECT_EQ(refusal_of(llama_spec(), tensors), "/model.safetensors: has no tensor lm_head.weight");
}

TEST_F(CheckpointWeights, RefusesAnUnexpectedTensor) {
  NamedTensors tensors = random_weights(llama_spec());
  tensors.emplace_back("model.layers.2.mlp.up_proj.weight", at::ones({1}));
  EXPECT_EQ(
      refusal_of(llama_spec(), tensors),
      "/model.safetensors: tensor model.layers.2.mlp.up_proj.weight is not part of the model");
}

TEST_F(CheckpointWeights, RefusesAnotherShape) {
  NamedTensors tensors = random_weights(llama_spec());
  tensors[0].second = at::ones({12, 29});
  EXPECT_EQ(refusal_of(llama_spec(), tensors),
            "/model.safetensors: tensor model.embed_tokens.weight: got shape [12, 29]; expected "
            "[29, 12]");
  tensors = random_weights(neox_spec());
  tensor_named(tensors, "gpt_neox.layers.1.attention.query_key_value.bias") = at::ones({32});
  EXPECT_EQ(
      refusal_of(neox_spec(), tensors),
      "/model.safetensors: tensor gpt_neox.layers.1.attention.query_key_value.bias: got shape "
      "[32]; expected [96]");
}

TEST_F(CheckpointWeights, RefusesIntegerWeights) {
  NamedTensors tensors = random_weights(llama_spec());
  tensors[0].second = at::ones({29, 12}, at::kLong);
  EXPECT_EQ(refusal_of(llama_spec(), tensors),
            "/model.safetensors: tensor model.embed_tokens.weight: got dtype Long; expected a "
            "floating-point dtype");
}

TEST_F(CheckpointWeights, IgnoresBuffersOfOlderCheckpoints) {
  NamedTensors llama = random_weights(llama_spec());
  llama.emplace_back("model.layers.0.self_attn.rotary_emb.inv_freq", at::ones({4}));
  EXPECT_EQ(refusal_of(llama_spec(), llama), "");
  NamedTensors neox = random_weights(neox_spec());
  neox.emplace_back("gpt_neox.layers.0.attention.rotary_emb.inv_freq", at::ones({4}));
  neox.emplace_back("gpt_neox.layers.0.attention.bias", at::ones({1, 1, 2, 2}, at::kBool));
  neox.emplace_back("gpt_neox.layers.0.attention.masked_bias", at::scalar_tensor(-1e9));
  EXPECT_EQ(refusal_of(neox_spec(), neox), "");
}

TEST_F(CheckpointWeights, AStoredTiedHeadMustEqualTheEmbedding) {
  ModelSpec spec = llama_spec();
  spec.tie_word_embeddings = true;
  NamedTensors tensors = random_weights(spec);
  EXPECT_EQ(refusal_of(spec, tensors), "");
  tensors.emplace_back("lm_head.weight", tensors[0].second);
  EXPECT_EQ(refusal_of(spec, tensors), "");
  tensors.back().second = tensors[0].second + 1;
  EXPECT_EQ(refusal_of(spec, tensors),
            "/model.safetensors: tensor lm_head.weight differs from model.embed_tokens.weight, "
            "although config.json ties them");
}

TEST_F(CheckpointWeights, ReadsShardsLikeOneFile) {
  write_shards(random_weights(llama_spec()));
  EXPECT_EQ(refusal(llama_spec()), "");
}

TEST_F(CheckpointWeights, RefusesAFolderWithoutWeights) {
  EXPECT_EQ(refusal(llama_spec()),
            ": has neither model.safetensors nor model.safetensors.index.json");
}

TEST_F(CheckpointWeights, RefusesAMissingShard) {
  write_shards(random_weights(llama_spec()));
  std::filesystem::remove(folder() / "second.safetensors");
  EXPECT_EQ(refusal(llama_spec()),
            "/model.safetensors.index.json: lists second.safetensors, which does not exist");
}

TEST_F(CheckpointWeights, RefusesIndexAndShardsThatDiffer) {
  const std::string index = "/model.safetensors.index.json: ";
  const NamedTensors tensors = random_weights(llama_spec());
  const std::string first = tensors[0].first;
  write_shards(tensors);
  Json map = read_map();
  map["extra"] = "first.safetensors";
  write_index(map);
  EXPECT_EQ(refusal(llama_spec()),
            index + "tensor extra is not in first.safetensors, where the index lists it");
  map.erase("extra");
  map.erase("lm_head.weight");
  write_index(map);
  EXPECT_EQ(refusal(llama_spec()),
            index + "does not list tensor lm_head.weight of second.safetensors");
  map["lm_head.weight"] = "second.safetensors";
  write_index(map);
  write("second.safetensors", tensors);
  EXPECT_EQ(refusal(llama_spec()),
            index +
                "tensor model.embed_tokens.weight is in first.safetensors, where the index "
                "lists it, and in second.safetensors");
}

TEST_F(CheckpointWeights, RefusesAMalformedIndex) {
  const auto refusal_of_index = [&](const std::string& text) {
    write_file_synced(folder() / "model.safetensors.index.json", text);
    return refusal(llama_spec());
  };
  const std::string index = "/model.safetensors.index.json: ";
  using testing::HasSubstr;
  EXPECT_THAT(refusal_of_index("{"), HasSubstr("parse error"));
  EXPECT_THAT(refusal_of_index("{}"), HasSubstr("'weight_map' not found"));
  EXPECT_EQ(refusal_of_index(R"({"weight_map": 7})"), index + "weight_map is not an object");
  EXPECT_THAT(refusal_of_index(R"({"weight_map": {"a": 7}})"), HasSubstr("must be string"));
  EXPECT_EQ(refusal_of_index(R"({"weight_map": {"a": "x", "a": "y"}})"),
            index + "duplicate key \"a\"");
  for (const char* file : {"../other.safetensors", "/etc/passwd", "", "..", "a/b"}) {
    EXPECT_EQ(
        refusal_of_index(Json{{"weight_map", {{"a", file}}}}.dump()),
        fmt::format("{}got file name \"{}\"; expected a file in the same folder", index, file));
  }
}

}  // namespace
}  // namespace lamina
