#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "lamina/design/kv_layout.h"

namespace lamina {

/// What the papers' name of a design says:
///   H<head_dim>-<MHA|GQA<n>|MQA>[-CLA<s>[-KeepEnds|-DenseFront|-DenseBack] | -MLKV<m>]
///   MLKV<m>   one KV head in each of m KV layers; the head width stands elsewhere
/// GQA<n> has n KV heads. KeepEnds shares in groups of s; the two Dense designs are CLA2 by name
/// and fixed by the number of layers.
struct DesignName {
  std::optional<std::int64_t> head_dim;
  std::optional<std::int64_t> num_key_value_heads;  ///< none: as many as query heads (MHA)
  KvSharing kv_sharing;
};

/// Throws SettingError under "model.design" that gives the grammar.
DesignName parse_design_name(const std::string& name);

/// The canonical name. Layouts without a paper's name end in -LastShared<n> or -Map<0.0.2.2>.
std::string print_design_name(std::int64_t head_dim, std::int64_t num_attention_heads,
                              std::int64_t num_key_value_heads, const KvSharing& sharing);

}  // namespace lamina
