#pragma once
#include <optional>
#include <string>

#include "lamina/design/model_spec.h"

namespace lamina {

/// The `model` section of a configuration: what the user wrote, before defaults that depend on
/// other settings are filled in by `resolve`.
struct ModelSettings {
  std::optional<std::string> design;
  std::optional<std::int64_t> vocab_size;
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_hidden_layers = 0;
  std::optional<std::int64_t> head_dim;
  std::optional<std::int64_t> num_attention_heads;
  std::optional<std::int64_t> num_key_value_heads;
  std::optional<std::int64_t> max_position_embeddings;
  KvSharing kv_sharing;
  std::optional<KvNorm> kv_norm;
  NormKind norm = NormKind::kRms;
  double rms_norm_eps = 1e-5;
  double layer_norm_eps = 1e-5;
  BlockKind block = BlockKind::kSequential;
  MlpKind mlp = MlpKind::kSwiglu;
  double rope_theta = 10000;
  double partial_rotary_factor = 1;
  bool qk_norm = false;
  bool attention_bias = false;
  std::optional<bool> attention_output_bias;
  bool mlp_bias = false;
  bool tie_word_embeddings = false;
  double initializer_range = 0.01275;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("design", design, {.help = "the papers' name of head width, KV heads and sharing"});
    v.field("vocab_size", vocab_size,
            {.help = "rows of the embedding; default: the tokenizer's, up to a multiple of 64",
             .min = 2,
             .max = 1 << 24,
             .unit = "tokens"});
    v.field("hidden_size", hidden_size,
            {.help = "width of the residual stream", .min = 1, .max = 1 << 20, .required = true});
    v.field("intermediate_size", intermediate_size,
            {.help = "width of the MLP", .min = 1, .max = 1 << 22, .required = true});
    v.field("num_hidden_layers", num_hidden_layers,
            {.help = "layers", .min = 1, .max = 10000, .required = true});
    v.field("head_dim", head_dim,
            {.help = "width of a head; default hidden_size / num_attention_heads",
             .min = 1,
             .max = 1 << 16});
    v.field("num_attention_heads", num_attention_heads,
            {.help = "query heads; default hidden_size / head_dim", .min = 1, .max = 1 << 16});
    v.field("num_key_value_heads", num_key_value_heads,
            {.help = "KV heads; default num_attention_heads", .min = 1, .max = 1 << 16});
    v.section("kv_sharing", kv_sharing, "which layers share keys and values");
    v.field("kv_norm", kv_norm,
            {.help = "norm before the K/V projection: its own, or the one of Q; default: separate "
                     "where layers share K/V, else shared"});
    visit_switches(v);
  }

 private:
  template <class Visitor>
  void visit_switches(Visitor& v) {
    v.field("norm", norm, {.help = "normalisation"});
    v.field("rms_norm_eps", rms_norm_eps,
            {.help = "added to the mean square",
             .min = 0,
             .max = 1,
             .used = norm == NormKind::kRms,
             .used_when = "model.norm is rms"});
    v.field("layer_norm_eps", layer_norm_eps,
            {.help = "added to the variance",
             .min = 0,
             .max = 1,
             .used = norm == NormKind::kLayer,
             .used_when = "model.norm is layer"});
    v.field("block", block, {.help = "attention then MLP, or both from the same input"});
    v.field("mlp", mlp,
            {.help = "down(silu(gate) * up), or down(gelu(up)) with gelu exact or by tanh"});
    v.field("rope_theta", rope_theta,
            {.help = "base of the rotary frequencies", .min = 1, .max = 1e12});
    v.field("partial_rotary_factor", partial_rotary_factor,
            {.help = "share of a head's dimensions that turn", .min = 0, .max = 1});
    v.field("qk_norm", qk_norm, {.help = "rms norm over each head of Q and K before rotation"});
    v.field("attention_bias", attention_bias, {.help = "biases in the attention's projections"});
    v.field("attention_output_bias", attention_output_bias,
            {.help = "bias in its output projection alone; default attention_bias"});
    v.field("mlp_bias", mlp_bias, {.help = "biases in the MLP's projections"});
    v.field("tie_word_embeddings", tie_word_embeddings,
            {.help = "the embedding is the LM head too"});
    v.field("max_position_embeddings", max_position_embeddings,
            {.help = "longest sequence; default data.sequence_length",
             .min = 1,
             .max = 1 << 30,
             .unit = "tokens"});
    v.field(
        "initializer_range", initializer_range,
        {.help = "standard deviation of fresh linear and embedding weights", .min = 0, .max = 10});
  }
};

/// Settles every number. `vocab_size` and `max_position_embeddings` serve where the settings leave
/// them open. Throws SettingError naming the key where settings contradict each other.
ModelSpec resolve(const ModelSettings& settings, std::int64_t vocab_size,
                  std::int64_t max_position_embeddings);

/// The settings that resolve to exactly this model, every default spelled out.
ModelSettings explicit_settings(const ModelSettings& settings, const ModelSpec& spec);

/// The settings that resolve to exactly this model but for the design's name: which layers share is
/// written as a map.
ModelSettings settings_of(const ModelSpec& spec);

}  // namespace lamina
