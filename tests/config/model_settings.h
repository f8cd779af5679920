#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

enum class KvNorm { kSeparate, kShared };
enum class Layout { kNone, kCla, kMap };

template <>
struct EnumNames<KvNorm> {
  static constexpr std::array names{"separate", "shared"};
};
template <>
struct EnumNames<Layout> {
  static constexpr std::array names{"none", "cla", "map"};
  static constexpr std::array meanings{"every layer has its own", "groups", "any"};
};
struct KvSharingSettings {
  Layout layout = Layout::kNone;
  std::int64_t factor = 2;
  std::vector<std::int64_t> kv_source_layers;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("layout", layout, {.help = "which layers share keys and values"});
    v.field("factor", factor,
            {.help = "layers per group",
             .min = 1,
             .used = layout == Layout::kCla,
             .used_when = "kv_sharing.layout is cla"});
    v.field("kv_source_layers", kv_source_layers,
            {.help = "the layer whose keys and values each layer reads",
             .min = 0,
             .used = layout == Layout::kMap});
  }
};

struct ModelSettings {
  std::int64_t hidden_size = 0;
  std::int64_t num_hidden_layers = 12;
  std::optional<std::int64_t> head_dim;
  std::optional<std::string> design;
  KvNorm kv_norm = KvNorm::kSeparate;
  bool tie_word_embeddings = false;
  KvSharingSettings kv_sharing;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("hidden_size", hidden_size,
            {.help = "width of the residual stream", .min = 1, .max = 65536, .required = true});
    v.field("num_hidden_layers", num_hidden_layers, {.help = "layers", .min = 1});
    v.field("head_dim", head_dim, {.help = "width of a head", .min = 2});
    v.field("design", design, {.help = "the papers' name of the layout"});
    v.field("kv_norm", kv_norm, {.help = "norm of the K/V block"});
    v.field("tie_word_embeddings", tie_word_embeddings, {.help = "one matrix in and out"});
    v.section("kv_sharing", kv_sharing, "layers that share keys and values");
  }
};

}  // namespace lamina
