#pragma once
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <string>

#include "lamina/core/json_lines.h"
#include "lamina/model/decoder.h"
#include "lamina/model/safetensors.h"
#include "shared_folder.h"

namespace lamina {

/// One folder of golden/model: the weights, inputs and float64 results of a reference decoder.
struct GoldenCase {
  explicit GoldenCase(const std::filesystem::path& folder)
      : config(read_json(folder / "config.json")),
        expected(read_json(folder / "expected.json")),
        weights(folder / "weights.safetensors"),
        tensors(folder / "expected.safetensors") {
    const auto rows =
        read_json(folder / "inputs.json")["tokens"].get<std::vector<std::vector<std::int64_t>>>();
    for (const auto& row : rows) tokens_rows.push_back(at::tensor(row, at::kLong));
    tokens_BT1 = at::stack(tokens_rows);
  }

  Json config, expected;
  SafetensorsFile weights, tensors;
  std::vector<at::Tensor> tokens_rows;
  at::Tensor tokens_BT1;
};

inline ModelSpec golden_spec(const Json& c) {
  ModelSpec spec;
  spec.vocab_size = c["vocab"];
  spec.hidden_size = c["dim"];
  spec.intermediate_size = c["ffn_dim"];
  spec.num_hidden_layers = c["layers"];
  spec.num_attention_heads = c["heads"];
  spec.num_key_value_heads = c["kv_heads"];
  spec.head_dim = c["head_dim"];
  spec.max_position_embeddings = c["seq_len"];
  spec.rotary_dim =
      std::llround(c["rope_fraction"].get<double>() * static_cast<double>(spec.head_dim));
  spec.rope_theta = c["rope_theta"];
  spec.norm_eps = c["norm_eps"];
  spec.kv_norm = c["kv_norm"] == "separate" ? KvNorm::kSeparate : KvNorm::kShared;
  spec.norm = c["norm"] == "rms_norm" ? NormKind::kRms : NormKind::kLayer;
  spec.block = c["block"] == "sequential" ? BlockKind::kSequential : BlockKind::kParallel;
  spec.mlp = c["mlp"] == "swiglu" ? MlpKind::kSwiglu : MlpKind::kGelu;
  spec.qk_norm = c["qk_norm"];
  spec.attention_bias = spec.attention_output_bias = spec.mlp_bias = c["bias"];
  spec.tie_word_embeddings = c["tie_embeddings"];
  spec.kv_source_layers = c["kv_source_layers"].get<KvSourceLayers>();
  return spec;
}

/// The reference decoder's name of a parameter of lamina.
inline std::string golden_name(const std::string& name) {
  static const std::vector<std::pair<std::regex, std::string>> renames = [] {
    std::vector<std::pair<std::regex, std::string>> list;
    for (const auto& [pattern, to] : std::vector<std::pair<std::string, std::string>>{
             {"^model\\.", ""},
             {"embed_tokens", "embedding"},
             {"self_attn\\.([qk])_norm", "attention.$1_head_norm"},
             {"self_attn\\.kv_layernorm", "attention.kv_norm"},
             {"self_attn\\.", "attention."},
             {"input_layernorm", "attention.q_norm"},
             {"post_attention_layernorm", "mlp.norm"}}) {
      list.emplace_back(std::regex(pattern), to);
    }
    return list;
  }();
  std::string result = name;
  for (const auto& [pattern, to] : renames) result = std::regex_replace(result, pattern, to);
  return result;
}

/// The model of a case with its weights; `dtype` is float64 or float32.
inline Decoder golden_model(const GoldenCase& golden, at::ScalarType dtype) {
  Decoder model(golden_spec(golden.config), {.master = dtype, .compute = dtype});
  model.parameter_store().write([&](const std::vector<Parameter>& parameters) {
    for (const auto& [name, value] : parameters)
      value.copy_(golden.weights.tensor(golden_name(name)));
  });
  return model;
}

/// max|a - b| / max|b|, the comparison that golden/model/README.md defines.
inline double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a.to(at::kDouble) - b).abs().max() / b.abs().max()).item<double>();
}

inline double relative_difference(double a, double b) { return std::abs(a - b) / std::abs(b); }

}  // namespace lamina
