#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"

namespace lamina {

/// A Llama of one layer made by hand, which looks at the last token alone: attention and MLP add
/// nothing, each token that matters has a direction of its own, and the LM head answers it.
struct MadeModel {
  std::int64_t vocab_size = 300;
  std::map<std::int64_t, std::int64_t> next = {};  ///< the likeliest token after a token
  std::int64_t otherwise = 0;                      ///< and after all others
  std::set<std::int64_t> not_finite = {};          ///< tokens after which the logits are NaN
  Json config = Json::object();                    ///< keys to add to config.json
};

/// One tensor of float32 for a safetensors file.
struct MadeTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

inline void write_tensors(const std::filesystem::path& file,
                          const std::vector<MadeTensor>& tensors) {
  static_assert(std::endian::native == std::endian::little);
  Json header = Json::object();
  std::string data;
  for (const MadeTensor& tensor : tensors) {
    const std::size_t begin = data.size(), bytes = tensor.values.size() * sizeof(float);
    data.resize(begin + bytes);
    std::memcpy(data.data() + begin, tensor.values.data(), bytes);
    header[tensor.name] = {
        {"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {begin, begin + bytes}}};
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t size = text.size();
  std::string start(sizeof size, '\0');
  std::memcpy(start.data(), &size, sizeof size);
  write_file_atomically(file, start + text + data);
}

/// Writes config.json and model.safetensors into a folder.
inline void write_model(const std::filesystem::path& folder, const MadeModel& model) {
  constexpr std::int64_t kWidth = 16;
  Json config{{"architectures", {"LlamaForCausalLM"}},
              {"model_type", "llama"},
              {"vocab_size", model.vocab_size},
              {"hidden_size", kWidth},
              {"intermediate_size", kWidth},
              {"num_hidden_layers", 1},
              {"num_attention_heads", 2},
              {"num_key_value_heads", 1},
              {"hidden_act", "silu"},
              {"max_position_embeddings", 128},
              {"rms_norm_eps", 1e-5},
              {"rope_theta", 10000.0},
              {"tie_word_embeddings", false}};
  config.update(model.config);
  const auto zeros = [](std::vector<std::int64_t> shape) {
    std::size_t count = 1;
    for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
    return std::pair(shape, std::vector<float>(count));
  };
  std::vector<MadeTensor> tensors;
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape, float value = 0) {
    auto [sizes, values] = zeros(std::move(shape));
    for (float& each : values) each = value;
    tensors.push_back({name, sizes, values});
  };
  const std::string layer = "model.layers.0.";
  add("model.embed_tokens.weight", {model.vocab_size, kWidth});
  add("lm_head.weight", {model.vocab_size, kWidth});
  add("model.norm.weight", {kWidth}, 1);
  add(layer + "input_layernorm.weight", {kWidth}, 1);
  add(layer + "post_attention_layernorm.weight", {kWidth}, 1);
  add(layer + "self_attn.q_proj.weight", {kWidth, kWidth});
  for (const char* name : {"k_proj", "v_proj"})
    add(layer + "self_attn." + name + ".weight", {kWidth / 2, kWidth});
  add(layer + "self_attn.o_proj.weight", {kWidth, kWidth});
  for (const char* name : {"gate_proj", "up_proj", "down_proj"})
    add(layer + "mlp." + name + ".weight", {kWidth, kWidth});
  std::vector<float>&embedding = tensors[0].values, &head = tensors[1].values;
  std::int64_t direction = 0;
  std::map<std::int64_t, std::int64_t> direction_of;
  for (const auto& [token, next] : model.next) direction_of[token] = ++direction;
  for (std::int64_t token = 0; token < model.vocab_size; ++token) {
    const auto own = direction_of.find(token);
    const std::int64_t column = own == direction_of.end() ? 0 : own->second;
    const bool bad = model.not_finite.contains(token);
    embedding[static_cast<std::size_t>(token * kWidth + column)] =
        bad ? std::numeric_limits<float>::quiet_NaN() : 1;
  }
  head[static_cast<std::size_t>(model.otherwise * kWidth)] = 1;
  for (const auto& [token, next] : model.next)
    head[static_cast<std::size_t>(next * kWidth + direction_of[token])] = 1;
  write_file_atomically(folder / "config.json", config.dump(2));
  write_tensors(folder / "model.safetensors", tensors);
}

/// A tokenizer.json of Llama 2's kind: <unk> 0, <s> 1, </s> 2 (special), bytes 3 to 258, and from
/// 259 on "\u2581" (a space), "\u2581and", "a", "\u2581a".
inline Json made_tokenizer() {
  const std::vector<std::string> special{"<unk>", "<s>", "</s>"};
  Json vocabulary = Json::object(), added = Json::array();
  for (const std::string& token : special) {
    added.push_back({{"id", vocabulary.size()},
                     {"content", token},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
    vocabulary[token] = vocabulary.size();
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char* digits = "0123456789ABCDEF";
    vocabulary[std::string("<0x") + digits[byte / 16] + digits[byte % 16] + ">"] = 3 + byte;
  }
  for (const char* token : {"\u2581", "\u2581and", "a", "\u2581a"})
    vocabulary[token] = vocabulary.size();
  return {{"version", "1.0"},
          {"added_tokens", added},
          {"normalizer", nullptr},
          {"pre_tokenizer",
           {{"type", "Metaspace"},
            {"replacement", "\u2581"},
            {"prepend_scheme", "first"},
            {"split", false}}},
          {"post_processor", nullptr},
          {"decoder",
           {{"type", "Sequence"},
            {"decoders",
             {{{"type", "Replace"}, {"pattern", {{"String", "\u2581"}}}, {"content", " "}},
              {{"type", "ByteFallback"}},
              {{"type", "Fuse"}},
              {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}}},
          {"model",
           {{"type", "BPE"},
            {"byte_fallback", true},
            {"fuse_unk", true},
            {"unk_token", "<unk>"},
            {"vocab", vocabulary},
            {"merges", {"\u2581 a"}}}}};
}

}  // namespace lamina
