#include "lamina/design/kv_layout.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// The map without sharing.
KvSourceLayers identity(std::int64_t num_layers) {
  KvSourceLayers sources(static_cast<std::size_t>(num_layers));
  std::iota(sources.begin(), sources.end(), 0);
  return sources;
}

/// Layers [begin, end) read layer `source`.
void share(KvSourceLayers& sources, std::int64_t begin, std::int64_t end, std::int64_t source) {
  std::fill(sources.begin() + begin, sources.begin() + end, source);
}

void require_num_layers(std::int64_t num_layers, std::int64_t min_layers, KvLayout layout) {
  if (num_layers < min_layers) {
    throw SettingError("kv_sharing",
                       fmt::format("layout {}: got {} layers; expected at least {}",
                                   kv_layout_row(layout).key, num_layers, min_layers));
  }
}

void require_at_most(KvLayout layout, std::int64_t got, std::int64_t max) {
  if (got > max) {
    throw SettingError(
        fmt::format("kv_sharing.{}", kv_layout_row(layout).parameter.key),
        fmt::format("got {}; expected at most {} for this number of layers", got, max));
  }
}

KvSourceLayers none(const KvSharing&, std::int64_t num_layers) { return identity(num_layers); }

/// Groups of `factor` layers, the source first in each; a remainder shortens the first group.
KvSourceLayers cla(const KvSharing& sharing, std::int64_t num_layers) {
  const std::int64_t factor = sharing.factor;
  require_at_most(KvLayout::kCla, factor, num_layers);
  KvSourceLayers sources = identity(num_layers);
  const std::int64_t remainder = num_layers % factor;
  share(sources, 0, remainder, 0);
  for (std::int64_t first = remainder; first < num_layers; first += factor) {
    share(sources, first, first + factor, first);
  }
  return sources;
}

/// Layer 0 alone, then groups of `factor` layers; the remaining layers alone.
KvSourceLayers keep_ends(const KvSharing& sharing, std::int64_t num_layers) {
  const std::int64_t factor = sharing.factor;
  require_num_layers(num_layers, factor + 1, KvLayout::kKeepEnds);
  KvSourceLayers sources = identity(num_layers);
  for (std::int64_t first = 1; first + factor <= num_layers; first += factor) {
    share(sources, first, first + factor, first);
  }
  return sources;
}

/// The first floor(L/2) layers and the last own their K/V; those between read the last of the first
/// half.
KvSourceLayers dense_front(const KvSharing&, std::int64_t num_layers) {
  require_num_layers(num_layers, 3, KvLayout::kDenseFront);
  KvSourceLayers sources = identity(num_layers);
  const std::int64_t num_dense = num_layers / 2;
  share(sources, num_dense, num_layers - 1, num_dense - 1);
  return sources;
}

/// Layers 0 and 1 own their K/V; the next floor((L-2)/2) read layer 1; the rest own their K/V. For
/// L = 20 the CLA paper's text has ten readers, but its table has 11 KV layers, hence nine readers.
KvSourceLayers dense_back(const KvSharing&, std::int64_t num_layers) {
  require_num_layers(num_layers, 4, KvLayout::kDenseBack);
  KvSourceLayers sources = identity(num_layers);
  share(sources, 2, 2 + (num_layers - 2) / 2, 1);
  return sources;
}

/// Contiguous groups; group i of m starts at layer floor(i L / m), its source.
KvSourceLayers mlkv(const KvSharing& sharing, std::int64_t num_layers) {
  const std::int64_t num_groups = sharing.kv_layers;
  require_at_most(KvLayout::kMlkv, num_groups, num_layers);
  KvSourceLayers sources(static_cast<std::size_t>(num_layers), 0);
  for (std::int64_t group = 0; group + 1 < num_groups; ++group) {
    const std::int64_t first = (group + 1) * num_layers / num_groups;
    share(sources, first, num_layers, first);
  }
  return sources;
}

/// The last `count` layers read the layer before them.
KvSourceLayers last_shared(const KvSharing& sharing, std::int64_t num_layers) {
  const std::int64_t count = sharing.count;
  require_at_most(KvLayout::kLastShared, count, num_layers - 1);
  KvSourceLayers sources = identity(num_layers);
  share(sources, num_layers - count, num_layers, num_layers - count - 1);
  return sources;
}

/// The map of the settings, after checking that it is a valid one.
KvSourceLayers checked_map(const KvSharing& sharing, std::int64_t num_layers) {
  const KvSourceLayers& sources = sharing.kv_source_layers;
  const char* key = "kv_sharing.kv_source_layers";
  if (std::ssize(sources) != num_layers) {
    throw SettingError(
        key, fmt::format("got {} entries; expected {}, one per layer", sources.size(), num_layers));
  }
  for (std::int64_t layer = 0; layer < num_layers; ++layer) {
    const std::int64_t source = sources[static_cast<std::size_t>(layer)];
    if (source < 0) {
      throw SettingError(
          key, fmt::format("layer {} reads layer {}; expected a layer >= 0", layer, source));
    }
    if (source > layer) {
      throw SettingError(
          key,
          fmt::format("layer {} reads layer {}; expected itself or a lower layer", layer, source));
    }
    if (sources[static_cast<std::size_t>(source)] != source) {
      throw SettingError(
          key,
          fmt::format("layer {} reads layer {}, which is a reader itself; expected a source layer",
                      layer, source));
    }
  }
  return sources;
}

constexpr KvLayoutParameter kFactor{"factor", &KvSharing::factor};
constexpr KvLayoutParameter kKvLayers{"kv_layers", &KvSharing::kv_layers};
constexpr KvLayoutParameter kCount{"count", &KvSharing::count};
constexpr KvLayoutParameter kMap{"kv_source_layers"};

constexpr std::array<KvLayoutRow, kNumKvLayouts> kTable{
    {{KvLayout::kNone, "none", {}, "", "", "every layer owns its K/V", none},
     {KvLayout::kCla, "cla", kFactor, "-CLA<s>", "-CLA<s>",
      "groups of s layers, the source first in each; a remainder shortens the first group", cla},
     {KvLayout::kKeepEnds, "keep_ends", kFactor, "-CLA<s>-KeepEnds", "-CLA<s>",
      "layer 0 alone, then groups of s layers; the remaining layers alone", keep_ends},
     {KvLayout::kDenseFront,
      "dense_front",
      {},
      "-CLA2-DenseFront",
      "-CLA2",
      "the first floor(L/2) layers own their K/V; all later ones except the last read the last of "
      "these; the last owns its K/V",
      dense_front},
     {KvLayout::kDenseBack,
      "dense_back",
      {},
      "-CLA2-DenseBack",
      "-CLA2",
      "layers 0 and 1 own their K/V; the next floor((L-2)/2) read layer 1; the rest own their K/V",
      dense_back},
     {KvLayout::kMlkv, "mlkv", kKvLayers, "-MLKV<m>", "MLKV",
      "m contiguous groups, sources 0 and floor((i+1) L / m)", mlkv},
     {KvLayout::kLastShared, "last_shared", kCount, "-LastShared<n>", "other",
      "the last n layers read layer L-n-1", last_shared},
     {KvLayout::kMap, "map", kMap, "-Map<0.0.2>", "other",
      "any map: a source reads itself and is never above its reader", checked_map}}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kNumKvLayouts; ++i) {
    if (kTable[i].layout != static_cast<KvLayout>(i)) return false;
  }
  return true;
}
static_assert(is_in_order());

using Texts = std::array<const char*, kNumKvLayouts>;

constexpr Texts keys() {
  Texts texts{};
  std::ranges::transform(kTable, texts.begin(), &KvLayoutRow::key);
  return texts;
}

/// "with factor s, groups of s layers, ...". A parameter that is not a number has no symbol.
std::string help_text(const KvLayoutRow& row) {
  if (*row.parameter.key == '\0') return row.meaning;
  const char letter = *(std::strchr(row.suffix, '<') + 1);
  const std::string symbol = row.parameter.number ? std::string{' ', letter} : "";
  return fmt::format("with {}{}, {}", row.parameter.key, symbol, row.meaning);
}

const char* description(const KvLayoutRow& row) {
  static const auto texts = [] {
    std::array<std::string, kNumKvLayouts> all;
    std::ranges::transform(kTable, all.begin(), help_text);
    return all;
  }();
  return texts[static_cast<std::size_t>(row.layout)].c_str();
}

Texts descriptions() {
  Texts texts{};
  std::ranges::transform(kTable, texts.begin(), description);
  return texts;
}

}  // namespace

constinit const Texts EnumNames<KvLayout>::names = keys();
const Texts EnumNames<KvLayout>::meanings = descriptions();

std::span<const KvLayoutRow, kNumKvLayouts> kv_layout_table() { return kTable; }

const KvLayoutRow& kv_layout_row(KvLayout layout) {
  return kTable[static_cast<std::size_t>(layout)];
}

bool takes_parameter(std::optional<KvLayout> layout, std::string_view key) {
  return kv_layout_row(layout.value_or(KvLayout::kNone)).parameter.key == key;
}

const char* used_with_layouts(std::string_view key) {
  static const auto texts = [] {
    std::map<std::string_view, std::string> by_parameter;
    for (const KvLayoutRow& row : kTable) {
      std::string& text = by_parameter[row.parameter.key];
      text += (text.empty() ? "kv_sharing.layout is " : " or ") + std::string(row.key);
    }
    return by_parameter;
  }();
  return texts.at(key).c_str();
}

KvSourceLayers kv_source_layers(const KvSharing& sharing, std::int64_t num_layers) {
  return kv_layout_row(sharing.layout.value_or(KvLayout::kNone)).sources(sharing, num_layers);
}

std::vector<std::int64_t> kv_layers(const KvSourceLayers& sources) {
  std::vector<std::int64_t> owners;
  for (std::int64_t layer = 0; layer < std::ssize(sources); ++layer) {
    if (sources[static_cast<std::size_t>(layer)] == layer) owners.push_back(layer);
  }
  return owners;
}

}  // namespace lamina
