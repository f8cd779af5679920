#pragma once
#include <vector>

#include "lamina/core/error.h"
#include "lamina/design/kv_layout.h"

namespace lamina {

/// A layout; `number` is its parameter, ignored if it has none.
inline KvSharing sharing_of(KvLayout layout, std::int64_t number = 0) {
  KvSharing sharing;
  sharing.layout = layout;
  if (const auto taken = kv_layout_row(layout).parameter.number) sharing.*taken = number;
  return sharing;
}

inline KvSharing sharing_of(const KvSourceLayers& map) {
  KvSharing sharing;
  sharing.layout = KvLayout::kMap;
  sharing.kv_source_layers = map;
  return sharing;
}

inline bool fits(const KvSharing& sharing, std::int64_t num_layers) {
  try {
    return !kv_source_layers(sharing, num_layers).empty();
  } catch (const SettingError&) {
    return false;
  }
}

/// Every layout of the table with every parameter value that fits `num_layers`, except maps.
inline std::vector<KvSharing> all_sharings(std::int64_t num_layers) {
  std::vector<KvSharing> all;
  for (const KvLayoutRow& row : kv_layout_table()) {
    const std::int64_t num_values = row.parameter.number ? num_layers : 1;
    for (std::int64_t n = 1; n <= num_values; ++n) {
      const KvSharing sharing = sharing_of(row.layout, n);
      if (row.layout != KvLayout::kMap && fits(sharing, num_layers)) all.push_back(sharing);
    }
  }
  return all;
}

}  // namespace lamina
