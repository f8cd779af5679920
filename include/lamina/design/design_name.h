#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "lamina/design/kv_layout.h"

namespace lamina {

/// What the papers' name of a design says:
///   H<head_dim>-<MHA|GQA<n>|MQA>, then the suffix of a layout (see KvLayoutRow)
///   MLKV<m>   one KV head in each of m KV layers; the head width is a setting
/// GQA<n> has n KV heads.
struct DesignName {
  std::optional<std::int64_t> head_dim;
  std::optional<std::int64_t> num_key_value_heads;  ///< none: as many as query heads (MHA)
  KvSharing kv_sharing;
};

/// Throws SettingError of design that gives the grammar.
DesignName parse_design_name(const std::string& name);

/// The canonical name.
std::string print_design_name(std::int64_t head_dim, std::int64_t num_attention_heads,
                              std::int64_t num_key_value_heads, const KvSharing& sharing);

/// The group of designs that share a colour in figures, from the kind of attention and the layout's
/// family: "MHA", "GQA", "MQA-CLA2", "MLKV"; "other" for names that are not of this grammar too.
std::string design_family(const std::string& name);

}  // namespace lamina
