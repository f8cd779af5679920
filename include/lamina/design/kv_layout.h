#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

/// Layer -> the layer whose keys and values it attends to. A source reads itself; a source never
/// lies above its reader. This map is all that the rest of the program knows about sharing.
using KvSourceLayers = std::vector<std::int64_t>;

enum class KvLayout { kNone, kCla, kKeepEnds, kDenseFront, kDenseBack, kMlkv, kLastShared, kMap };
constexpr std::size_t kNumKvLayouts = static_cast<std::size_t>(KvLayout::kMap) + 1;

/// Of the table of layouts: the keys, and the parameters with the meanings.
template <>
struct EnumNames<KvLayout> {
  static const std::array<const char*, kNumKvLayouts> names;
  static const std::array<const char*, kNumKvLayouts> meanings;
};

/// Whether a layout takes that key of kv_sharing, and which do: "kv_sharing.layout is cla or ...".
bool takes_parameter(std::optional<KvLayout> layout, std::string_view key);
const char* used_with_layouts(std::string_view key);

/// Which layers share keys and values: a layout and the numbers that it needs.
struct KvSharing {
  std::optional<KvLayout> layout;   ///< not written: none, or what the design name says
  std::int64_t factor = 2;          ///< layers that share one K/V
  std::int64_t kv_layers = 1;       ///< layers that own K/V
  std::int64_t count = 1;           ///< how many of the last layers read
  KvSourceLayers kv_source_layers;  ///< layer -> source

  bool operator==(const KvSharing&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("layout", layout, {.help = "which layers read another layer's keys and values"});
    visit_parameter(v, "factor", factor,
                    {.help = "layers that share one K/V", .min = 1, .unit = "layers"});
    visit_parameter(v, "kv_layers", kv_layers,
                    {.help = "layers that own K/V", .min = 1, .unit = "layers"});
    visit_parameter(v, "count", count,
                    {.help = "how many of the last layers read the last that owns K/V",
                     .min = 1,
                     .unit = "layers"});
    visit_parameter(v, "kv_source_layers", kv_source_layers,
                    {.help = "layer -> layer whose K/V it reads", .min = 0});
  }

 private:
  template <class Visitor, class T>
  void visit_parameter(Visitor& v, const char* key, T& value, Setting setting) {
    setting.max = 10000;
    setting.used = takes_parameter(layout, key);
    setting.used_when = used_with_layouts(key);
    v.field(key, value, setting);
  }
};

/// A key of kv_sharing; where it is a number, the number.
struct KvLayoutParameter {
  const char* key = "";
  std::int64_t KvSharing::*number = nullptr;
};

/// A row of the table of layouts, from which come the values of kv_sharing.layout and their help,
/// the grammar of design names, the families of figures, and the documentation's table (a test
/// compares them). A new layout is an enumerator, a function and a row in kv_layout.cc.
struct KvLayoutRow {
  KvLayout layout;
  const char* key;              ///< in kv_sharing.layout
  KvLayoutParameter parameter;  ///< that it takes, if one
  const char* suffix;           ///< of a design name; <s> stands for the parameter's value
  const char* family;           ///< in figures: after the kind of attention if it begins with "-"
  const char* meaning;          ///< the map, with the suffix's letter for the parameter; L: layers
  KvSourceLayers (*sources)(const KvSharing& sharing, std::int64_t num_layers);
};

/// In the order of KvLayout.
std::span<const KvLayoutRow, kNumKvLayouts> kv_layout_table();
const KvLayoutRow& kv_layout_row(KvLayout layout);

/// The map of a layout over `num_layers` layers: a pure function. Sources: CLA, MLKV papers (arXiv
/// 2405.12981, 2406.09297).
/// Throws SettingError of kv_sharing where the layout does not fit that many layers.
KvSourceLayers kv_source_layers(const KvSharing& sharing, std::int64_t num_layers);

/// The layers that own K/V, in order.
std::vector<std::int64_t> kv_layers(const KvSourceLayers& sources);

/// Draws the map as text, one line a layer: sources, and lines from them to their readers.
std::string draw_layer_map(const KvSourceLayers& sources);

}  // namespace lamina
