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

/// Maps each layer (by index) to the layer whose keys and values it attends to. A source layer maps
/// to itself; a reader layer maps to a lower source layer. This map is all that the rest of the
/// program knows about sharing.
using KvSourceLayers = std::vector<std::int64_t>;

enum class KvLayout { kNone, kCla, kKeepEnds, kDenseFront, kDenseBack, kMlkv, kLastShared, kMap };
constexpr std::size_t kNumKvLayouts = static_cast<std::size_t>(KvLayout::kMap) + 1;

/// Taken from the layout table: keys as names, parameters and meanings as help text.
template <>
struct EnumNames<KvLayout> {
  static const std::array<const char*, kNumKvLayouts> names;
  static const std::array<const char*, kNumKvLayouts> meanings;
};

/// Whether the key `key` of kv_sharing is the parameter of `layout` (unset: none).
bool takes_parameter(std::optional<KvLayout> layout, std::string_view key);

/// The layouts that take the parameter `key`, as help text: "kv_sharing.layout is cla or ...".
const char* used_with_layouts(std::string_view key);

/// The `kv_sharing` section: which layers share keys and values. A layout and its parameter; other
/// parameters are unused.
struct KvSharing {
  std::optional<KvLayout> layout;   ///< unset: none, or the layout of the design name
  std::int64_t factor = 2;          ///< layers per source layer
  std::int64_t kv_layers = 1;       ///< number of source layers
  std::int64_t count = 1;           ///< number of reader layers at the end
  KvSourceLayers kv_source_layers;  ///< layer -> source

  bool operator==(const KvSharing&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("layout", layout, {.help = "which layers read another layer's keys and values"});
    visit_parameter(v, "factor", factor,
                    {.help = "number of layers that share one K/V", .min = 1, .unit = "layers"});
    visit_parameter(v, "kv_layers", kv_layers,
                    {.help = "number of layers that own K/V", .min = 1, .unit = "layers"});
    visit_parameter(v, "count", count,
                    {.help = "number of layers at the end that read the last source layer",
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

/// The parameter of a layout.
struct KvLayoutParameter {
  const char* key = "";                       ///< in kv_sharing; "": the layout has no parameter
  std::int64_t KvSharing::*number = nullptr;  ///< null if the parameter is not a number
};

/// A row of the layout table. The values of kv_sharing.layout and their help, the grammar of design
/// names and the families of figures are derived from it; a test compares it with the table in the
/// documentation. To add a layout, add an enumerator, a function and a row in kv_layout.cc.
struct KvLayoutRow {
  KvLayout layout;
  const char* key;              ///< in kv_sharing.layout
  KvLayoutParameter parameter;  ///< at most one
  const char* suffix;           ///< of a design name; <s> is a placeholder for the parameter
  const char* family;   ///< in figures; appended to the kind of attention if it starts with "-"
  const char* meaning;  ///< the map in words; L: number of layers, parameter as in the suffix
  KvSourceLayers (*sources)(const KvSharing& sharing, std::int64_t num_layers);
};

/// All layouts, in the order of KvLayout.
std::span<const KvLayoutRow, kNumKvLayouts> kv_layout_table();
const KvLayoutRow& kv_layout_row(KvLayout layout);

/// The source layer of each of `num_layers` layers; a pure function. The layouts cla, keep_ends,
/// dense_front and dense_back are from the CLA paper (arXiv 2405.12981), mlkv is from the MLKV
/// paper (arXiv 2406.09297). Throws SettingError with a key under "kv_sharing" if the layout
/// or its parameter does not fit `num_layers`.
KvSourceLayers kv_source_layers(const KvSharing& sharing, std::int64_t num_layers);

/// The source layers, in ascending order.
std::vector<std::int64_t> kv_layers(const KvSourceLayers& sources);

/// Draws the map as UTF-8 text, one line per layer: source layers are filled squares, connected to
/// their reader layers by lines.
std::string draw_layer_map(const KvSourceLayers& sources);

}  // namespace lamina
