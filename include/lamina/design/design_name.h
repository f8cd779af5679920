#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "lamina/design/kv_layout.h"

namespace lamina {

/// The settings that a design name of the papers (CLA, arXiv 2405.12981; MLKV, arXiv 2406.09297)
/// implies. Grammar:
///   H<head_dim>-<MHA|GQA<n>|MQA>, optionally followed by the suffix of a layout (KvLayoutRow)
///   MLKV<m>   one KV head in each of m source layers; head_dim is a separate setting
/// GQA<n> has n KV heads.
struct DesignName {
  std::optional<std::int64_t> head_dim;             ///< unset: not part of the name (MLKV<m>)
  std::optional<std::int64_t> num_key_value_heads;  ///< unset: one per query head (MHA)
  KvSharing kv_sharing;
};

/// Throws SettingError with key "design" and the grammar if `name` does not match it.
DesignName parse_design_name(const std::string& name);

/// The canonical name, the inverse of parse_design_name for H<head_dim>-... names. Distinct layouts
/// have distinct names.
std::string format_design_name(std::int64_t head_dim, std::int64_t num_attention_heads,
                               std::int64_t num_key_value_heads, const KvSharing& sharing);

/// The group that a design belongs to in figures (one colour per family), from the kind of
/// attention and the layout: "MHA", "GQA", "MQA-CLA2", "MLKV". "other" for layouts without a family
/// and for names that do not match the grammar.
std::string design_family(const std::string& name);

}  // namespace lamina
