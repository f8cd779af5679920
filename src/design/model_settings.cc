#include "lamina/design/model_settings.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "lamina/core/error.h"
#include "lamina/design/design_name.h"

namespace lamina {
namespace {

/// Sets `value`, the setting `key`, to the value that the design name implies; throws SettingError
/// if the user set another value.
template <class T>
void apply_design_value(const std::string& design, const char* key, std::optional<T>& value,
                        std::optional<T> implied) {
  if (!implied) return;
  if (value && *value != *implied) {
    throw SettingError(std::string(key), fmt::format("got {}; expected {}, as in design {}", *value,
                                                     *implied, design));
  }
  value = implied;
}

/// Checks that an MHA design has one KV head per query head. Its name always has a head width.
void check_mha(const ModelSettings& settings) {
  const std::int64_t heads =
      settings.num_attention_heads.value_or(settings.hidden_size / *settings.head_dim);
  if (settings.num_key_value_heads.value_or(heads) != heads) {
    throw SettingError(
        "num_key_value_heads",
        fmt::format("got {}; expected {}, the number of query heads, as in design {}",
                    *settings.num_key_value_heads, heads, *settings.design));
  }
}

/// Replaces the design name by the settings that it implies, which must not contradict others.
void apply_design(ModelSettings& settings) {
  const DesignName named = parse_design_name(*settings.design);
  apply_design_value(*settings.design, "head_dim", settings.head_dim, named.head_dim);
  if (!named.num_key_value_heads) check_mha(settings);
  apply_design_value(*settings.design, "num_key_value_heads", settings.num_key_value_heads,
                     named.num_key_value_heads);
  if (settings.kv_sharing.layout &&
      kv_source_layers(settings.kv_sharing, settings.num_hidden_layers) !=
          kv_source_layers(named.kv_sharing, settings.num_hidden_layers)) {
    throw SettingError("kv_sharing",
                       fmt::format("layout {} contradicts design {}; set one of them",
                                   enum_name(*settings.kv_sharing.layout), *settings.design));
  }
  settings.kv_sharing = named.kv_sharing;
}

/// hidden_size / divisor, the default of `key`.
std::int64_t divided_hidden_size(const ModelSettings& settings, const char* key, const char* by,
                                 std::int64_t divisor) {
  if (settings.hidden_size % divisor != 0) {
    throw SettingError(std::string(key),
                       fmt::format("must be set, as {} {} does not divide hidden_size {}", by,
                                   divisor, settings.hidden_size));
  }
  return settings.hidden_size / divisor;
}

/// Sets H, G and K of `spec`; hidden_size = H * K gives a missing H or K.
void resolve_heads(const ModelSettings& settings, ModelSpec& spec) {
  const auto& heads = settings.num_attention_heads;
  const auto& width = settings.head_dim;
  if (!heads && !width) {
    throw SettingError("model",
                       "expected at least one of design, head_dim and num_attention_heads");
  }
  spec.num_attention_heads =
      heads ? *heads : divided_hidden_size(settings, "num_attention_heads", "head_dim", *width);
  spec.head_dim =
      width ? *width : divided_hidden_size(settings, "head_dim", "num_attention_heads", *heads);
  spec.num_key_value_heads = settings.num_key_value_heads.value_or(spec.num_attention_heads);
  if (spec.num_attention_heads % spec.num_key_value_heads != 0) {
    throw SettingError("num_key_value_heads",
                       fmt::format("got {}; expected a divisor of num_attention_heads {}",
                                   spec.num_key_value_heads, spec.num_attention_heads));
  }
}

/// Names the setting that an odd head width comes from.
[[noreturn]] void fail_odd_head(const ModelSettings& written, std::int64_t head_dim) {
  const char* allowed =
      "expected an even head_dim, as the rotary embedding rotates pairs of dimensions";
  if (written.head_dim) {
    throw SettingError("head_dim", fmt::format("got {}; {}", head_dim, allowed));
  }
  if (written.design && parse_design_name(*written.design).head_dim) {
    throw SettingError("design",
                       fmt::format("{} has head_dim {}; {}", *written.design, head_dim, allowed));
  }
  throw SettingError(
      "num_attention_heads",
      fmt::format("got {}, which gives head_dim {} with hidden_size {}; {}",
                  *written.num_attention_heads, head_dim, written.hidden_size, allowed));
}

/// The number of rotated dimensions per head: partial_rotary_factor * head_dim, an even integer.
std::int64_t rotary_dim(const ModelSettings& written, std::int64_t head_dim) {
  if (written.partial_rotary_factor == 1 && head_dim % 2 != 0) fail_odd_head(written, head_dim);
  const double exact = written.partial_rotary_factor * static_cast<double>(head_dim);
  const std::int64_t rounded = std::llround(exact);
  if (rounded % 2 != 0 || std::abs(exact - static_cast<double>(rounded)) > 1e-9) {
    throw SettingError(
        "partial_rotary_factor",
        fmt::format("got {}, which rotates {} of the {} dimensions of a head; expected "
                    "an even number",
                    written.partial_rotary_factor, exact, head_dim));
  }
  return rounded;
}

}  // namespace

ModelSpec resolve(const ModelSettings& written, std::int64_t vocab_size,
                  std::int64_t max_position_embeddings) {
  ModelSettings settings = written;
  if (settings.design) apply_design(settings);
  ModelSpec spec;
  spec.vocab_size = settings.vocab_size.value_or(vocab_size);
  spec.hidden_size = settings.hidden_size;
  spec.intermediate_size = settings.intermediate_size;
  spec.num_hidden_layers = settings.num_hidden_layers;
  spec.max_position_embeddings = settings.max_position_embeddings.value_or(max_position_embeddings);
  resolve_heads(settings, spec);
  spec.rotary_dim = rotary_dim(written, spec.head_dim);
  spec.kv_source_layers = kv_source_layers(settings.kv_sharing, spec.num_hidden_layers);
  spec.kv_norm = settings.kv_norm.value_or(spec.shares_kv() ? KvNorm::kSeparate : KvNorm::kShared);
  spec.norm = settings.norm;
  spec.norm_eps = settings.norm == NormKind::kRms ? settings.rms_norm_eps : settings.layer_norm_eps;
  spec.block = settings.block;
  spec.mlp = settings.mlp;
  spec.rope_theta = settings.rope_theta;
  spec.qk_norm = settings.qk_norm;
  spec.attention_bias = settings.attention_bias;
  spec.attention_output_bias = settings.attention_output_bias.value_or(settings.attention_bias);
  spec.mlp_bias = settings.mlp_bias;
  spec.tie_word_embeddings = settings.tie_word_embeddings;
  spec.initializer_range = settings.initializer_range;
  spec.design = format_design_name(spec.head_dim, spec.num_attention_heads,
                                   spec.num_key_value_heads, settings.kv_sharing);
  return spec;
}

ModelSettings explicit_settings(const ModelSettings& written, const ModelSpec& spec) {
  ModelSettings settings = written;
  if (settings.design) apply_design(settings);
  settings.design.reset();
  settings.vocab_size = spec.vocab_size;
  settings.head_dim = spec.head_dim;
  settings.num_attention_heads = spec.num_attention_heads;
  settings.num_key_value_heads = spec.num_key_value_heads;
  settings.max_position_embeddings = spec.max_position_embeddings;
  settings.kv_norm = spec.kv_norm;
  settings.attention_output_bias = spec.attention_output_bias;
  if (!settings.kv_sharing.layout) settings.kv_sharing.layout = KvLayout::kNone;
  return settings;
}

ModelSettings settings_of(const ModelSpec& spec) {
  ModelSettings settings;
  settings.hidden_size = spec.hidden_size;
  settings.intermediate_size = spec.intermediate_size;
  settings.num_hidden_layers = spec.num_hidden_layers;
  settings.norm = spec.norm;
  (spec.norm == NormKind::kRms ? settings.rms_norm_eps : settings.layer_norm_eps) = spec.norm_eps;
  settings.block = spec.block;
  settings.mlp = spec.mlp;
  settings.rope_theta = spec.rope_theta;
  settings.partial_rotary_factor =
      static_cast<double>(spec.rotary_dim) / static_cast<double>(spec.head_dim);
  settings.qk_norm = spec.qk_norm;
  settings.attention_bias = spec.attention_bias;
  settings.mlp_bias = spec.mlp_bias;
  settings.tie_word_embeddings = spec.tie_word_embeddings;
  settings.initializer_range = spec.initializer_range;
  if (spec.shares_kv()) {
    settings.kv_sharing.layout = KvLayout::kMap;
    settings.kv_sharing.kv_source_layers = spec.kv_source_layers;
  }
  return explicit_settings(settings, spec);
}

}  // namespace lamina
