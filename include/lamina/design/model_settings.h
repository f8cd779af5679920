#pragma once
#include <optional>
#include <string>

#include "lamina/design/model_spec.h"

namespace lamina {

/// The `model` section of a configuration as the user wrote it. Unset optionals have defaults that
/// depend on other settings; `resolve` fills them in. Keys are those of Hugging Face's config.json.
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
    v.field("design", design,
            {.help = "name of head width, KV heads and K/V sharing, as H128-MQA-CLA2"});
    v.field("vocab_size", vocab_size,
            {.help = "vocabulary size; default: the tokenizer's, rounded up to a multiple of 64",
             .min = 2,
             .max = 1 << 24,
             .unit = "tokens"});
    v.field("hidden_size", hidden_size,
            {.help = "width of the residual stream", .min = 1, .max = 1 << 20, .required = true});
    v.field("intermediate_size", intermediate_size,
            {.help = "width of the MLP", .min = 1, .max = 1 << 22, .required = true});
    v.field("num_hidden_layers", num_hidden_layers,
            {.help = "number of layers", .min = 1, .max = 10000, .required = true});
    v.field("head_dim", head_dim,
            {.help = "width of an attention head; default hidden_size / num_attention_heads",
             .min = 1,
             .max = 1 << 16});
    v.field("num_attention_heads", num_attention_heads,
            {.help = "number of query heads; default hidden_size / head_dim",
             .min = 1,
             .max = 1 << 16});
    v.field("num_key_value_heads", num_key_value_heads,
            {.help = "number of KV heads; default num_attention_heads", .min = 1, .max = 1 << 16});
    v.section("kv_sharing", kv_sharing, "which layers share keys and values");
    v.field(
        "kv_norm", kv_norm,
        {.help = "norm before the K/V projections: separate, or shared with Q; default: separate "
                 "if layers share K/V, otherwise shared"});
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
    v.field("block", block,
            {.help = "attention, then MLP (sequential), or both from the same input (parallel)"});
    v.field("mlp", mlp, {.help = "swiglu: down(silu(gate) * up); gelu, gelu_tanh: down(gelu(up))"});
    v.field("rope_theta", rope_theta,
            {.help = "base of the rotary frequencies", .min = 1, .max = 1e12});
    v.field("partial_rotary_factor", partial_rotary_factor,
            {.help = "fraction of each head's dimensions that are rotated", .min = 0, .max = 1});
    v.field("qk_norm", qk_norm, {.help = "RMS norm over each head of Q and K before the rotation"});
    v.field("attention_bias", attention_bias, {.help = "biases in the attention projections"});
    v.field("attention_output_bias", attention_output_bias,
            {.help = "bias in the attention output projection; default attention_bias"});
    v.field("mlp_bias", mlp_bias, {.help = "biases in the MLP projections"});
    v.field("tie_word_embeddings", tie_word_embeddings,
            {.help = "the LM head uses the embedding matrix"});
    v.field("max_position_embeddings", max_position_embeddings,
            {.help = "maximum sequence length; default data.sequence_length",
             .min = 1,
             .max = 1 << 30,
             .unit = "tokens"});
    v.field("initializer_range", initializer_range,
            {.help = "standard deviation of initial linear and embedding weights",
             .min = 0,
             .max = 10});
  }
};

/// Resolves the settings to a specification in which every number is known. The arguments
/// `vocab_size` and `max_position_embeddings` are the defaults of these two settings. Throws
/// SettingError with the key of the setting if settings contradict each other.
ModelSpec resolve(const ModelSettings& settings, std::int64_t vocab_size,
                  std::int64_t max_position_embeddings);

/// `settings` with every default explicit, `spec` being what they resolved to: resolving the result
/// gives `spec` again, whatever the defaults. The design name is replaced by its keys.
ModelSettings explicit_settings(const ModelSettings& settings, const ModelSpec& spec);

/// Settings that resolve to `spec`, except for the design name: K/V sharing is expressed as a map.
ModelSettings settings_of(const ModelSpec& spec);

}  // namespace lamina
