#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

/// Layer -> the layer whose keys and values it attends to. A source reads itself; a source never
/// lies above its reader. This map is all that the rest of the program knows about sharing.
using KvSourceLayers = std::vector<std::int64_t>;

enum class KvLayout { kNone, kCla, kKeepEnds, kDenseFront, kDenseBack, kMlkv, kLastShared, kMap };

template <>
struct EnumNames<KvLayout> {
  static constexpr std::array names{"none",       "cla",  "keep_ends",   "dense_front",
                                    "dense_back", "mlkv", "last_shared", "map"};
};

/// Which layers share keys and values: a layout and the numbers that it needs.
struct KvSharing {
  std::optional<KvLayout> layout;   ///< not written: none, or what the design name says
  std::int64_t factor = 2;          ///< cla, keep_ends: layers that share one K/V
  std::int64_t kv_layers = 1;       ///< mlkv: layers that own K/V
  std::int64_t count = 1;           ///< last_shared: how many of the last layers read
  KvSourceLayers kv_source_layers;  ///< map

  bool operator==(const KvSharing&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("layout", layout, {.help = "which layers read another layer's keys and values"});
    const bool grouped = layout == KvLayout::kCla || layout == KvLayout::kKeepEnds;
    v.field("factor", factor,
            {.help = "layers that share one K/V",
             .min = 1,
             .max = 10000,
             .unit = "layers",
             .used = grouped,
             .used_when = "kv_sharing.layout is cla or keep_ends"});
    v.field("kv_layers", kv_layers,
            {.help = "layers that own K/V",
             .min = 1,
             .max = 10000,
             .unit = "layers",
             .used = layout == KvLayout::kMlkv,
             .used_when = "kv_sharing.layout is mlkv"});
    v.field("count", count,
            {.help = "how many of the last layers read the last that owns K/V",
             .min = 1,
             .max = 10000,
             .unit = "layers",
             .used = layout == KvLayout::kLastShared,
             .used_when = "kv_sharing.layout is last_shared"});
    v.field("kv_source_layers", kv_source_layers,
            {.help = "layer -> layer whose K/V it reads",
             .min = 0,
             .max = 10000,
             .used = layout == KvLayout::kMap,
             .used_when = "kv_sharing.layout is map"});
  }
};

/// The map of a layout over `num_layers` layers: a pure function (the table of layouts stands in
/// the README). Sources: CLA, MLKV papers (arXiv 2405.12981, 2406.09297).
/// Throws SettingError under "model.kv_sharing" where the layout does not fit that many layers.
KvSourceLayers kv_source_layers(const KvSharing& sharing, std::int64_t num_layers);

/// The layers that own K/V, in order.
std::vector<std::int64_t> kv_layers(const KvSourceLayers& sources);

/// Draws the map as text, one line a layer: sources, and lines from them to their readers.
std::string draw_layer_map(const KvSourceLayers& sources);

}  // namespace lamina
