#include "lamina/design/kv_layout.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <numeric>

#include "lamina/core/error.h"

namespace lamina {
namespace {

KvSourceLayers identity(std::int64_t num_layers) {
  KvSourceLayers sources(static_cast<std::size_t>(num_layers));
  std::iota(sources.begin(), sources.end(), 0);
  return sources;
}

/// Layers [begin, end) read layer `source`.
void share(KvSourceLayers& sources, std::int64_t begin, std::int64_t end, std::int64_t source) {
  std::fill(sources.begin() + begin, sources.begin() + end, source);
}

void need_layers(std::int64_t num_layers, std::int64_t least, const char* layout) {
  if (num_layers < least) {
    throw SettingError("model.kv_sharing",
                       fmt::format("layout {} needs at least {} layers, num_hidden_layers is {}",
                                   layout, least, num_layers));
  }
}

void need_at_most(const char* key, std::int64_t got, std::int64_t most) {
  if (got > most) {
    throw SettingError(fmt::format("model.kv_sharing.{}", key),
                       fmt::format("got {}; at most {} is allowed here", got, most));
  }
}

/// Groups of `factor`, the source first in each; a remainder shortens the first group.
KvSourceLayers cla(std::int64_t num_layers, std::int64_t factor) {
  need_at_most("factor", factor, num_layers);
  KvSourceLayers sources = identity(num_layers);
  const std::int64_t remainder = num_layers % factor;
  share(sources, 0, remainder, 0);
  for (std::int64_t first = remainder; first < num_layers; first += factor) {
    share(sources, first, first + factor, first);
  }
  return sources;
}

/// Layer 0 alone, then groups of `factor`; what is left at the end alone.
KvSourceLayers keep_ends(std::int64_t num_layers, std::int64_t factor) {
  need_layers(num_layers, factor + 1, "keep_ends");
  KvSourceLayers sources = identity(num_layers);
  for (std::int64_t first = 1; first + factor <= num_layers; first += factor) {
    share(sources, first, first + factor, first);
  }
  return sources;
}

/// The first half own theirs; all after them but the last read the last of those.
KvSourceLayers dense_front(std::int64_t num_layers) {
  need_layers(num_layers, 3, "dense_front");
  KvSourceLayers sources = identity(num_layers);
  const std::int64_t num_dense = num_layers / 2;
  share(sources, num_dense, num_layers - 1, num_dense - 1);
  return sources;
}

/// 0 and 1 own theirs; the next floor((L-2)/2) read 1; the rest own theirs. The paper's text gives
/// that run ten layers of 20, but its table counts 11 KV layers, which a run of nine gives.
KvSourceLayers dense_back(std::int64_t num_layers) {
  need_layers(num_layers, 4, "dense_back");
  KvSourceLayers sources = identity(num_layers);
  share(sources, 2, 2 + (num_layers - 2) / 2, 1);
  return sources;
}

/// `num_groups` contiguous groups; group i begins at floor(i L / m).
KvSourceLayers mlkv(std::int64_t num_layers, std::int64_t num_groups) {
  need_at_most("kv_layers", num_groups, num_layers);
  KvSourceLayers sources(static_cast<std::size_t>(num_layers), 0);
  for (std::int64_t group = 0; group + 1 < num_groups; ++group) {
    const std::int64_t first = (group + 1) * num_layers / num_groups;
    share(sources, first, num_layers, first);
  }
  return sources;
}

KvSourceLayers last_shared(std::int64_t num_layers, std::int64_t count) {
  need_at_most("count", count, num_layers - 1);
  KvSourceLayers sources = identity(num_layers);
  share(sources, num_layers - count, num_layers, num_layers - count - 1);
  return sources;
}

KvSourceLayers checked_map(const KvSourceLayers& sources, std::int64_t num_layers) {
  const char* key = "model.kv_sharing.kv_source_layers";
  if (std::ssize(sources) != num_layers) {
    throw SettingError(
        key, fmt::format("has {} entries; num_hidden_layers is {}", sources.size(), num_layers));
  }
  for (std::int64_t layer = 0; layer < num_layers; ++layer) {
    const std::int64_t source = sources[static_cast<std::size_t>(layer)];
    if (source < 0) {
      throw SettingError(key, fmt::format("layer {} reads layer {}", layer, source));
    }
    if (source > layer) {
      throw SettingError(
          key, fmt::format("layer {} reads layer {}, which lies above it", layer, source));
    }
    if (sources[static_cast<std::size_t>(source)] != source) {
      throw SettingError(key,
                         fmt::format("layer {} reads layer {}, which owns no K/V", layer, source));
    }
  }
  return sources;
}

}  // namespace

KvSourceLayers kv_source_layers(const KvSharing& sharing, std::int64_t num_layers) {
  switch (sharing.layout.value_or(KvLayout::kNone)) {
    case KvLayout::kNone:
      return identity(num_layers);
    case KvLayout::kCla:
      return cla(num_layers, sharing.factor);
    case KvLayout::kKeepEnds:
      return keep_ends(num_layers, sharing.factor);
    case KvLayout::kDenseFront:
      return dense_front(num_layers);
    case KvLayout::kDenseBack:
      return dense_back(num_layers);
    case KvLayout::kMlkv:
      return mlkv(num_layers, sharing.kv_layers);
    case KvLayout::kLastShared:
      return last_shared(num_layers, sharing.count);
    case KvLayout::kMap:
      return checked_map(sharing.kv_source_layers, num_layers);
  }
  return {};
}

std::vector<std::int64_t> kv_layers(const KvSourceLayers& sources) {
  std::vector<std::int64_t> owners;
  for (std::int64_t layer = 0; layer < std::ssize(sources); ++layer) {
    if (sources[static_cast<std::size_t>(layer)] == layer) owners.push_back(layer);
  }
  return owners;
}

}  // namespace lamina
