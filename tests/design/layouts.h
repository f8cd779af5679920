#pragma once
#include <vector>

#include "lamina/design/kv_layout.h"

namespace lamina {

/// A layout with the one number that it takes, if it takes one.
inline KvSharing sharing_of(KvLayout layout, std::int64_t number = 0) {
  KvSharing sharing;
  sharing.layout = layout;
  if (layout == KvLayout::kCla || layout == KvLayout::kKeepEnds) sharing.factor = number;
  if (layout == KvLayout::kMlkv) sharing.kv_layers = number;
  if (layout == KvLayout::kLastShared) sharing.count = number;
  return sharing;
}

inline KvSharing sharing_of(const KvSourceLayers& map) {
  KvSharing sharing;
  sharing.layout = KvLayout::kMap;
  sharing.kv_source_layers = map;
  return sharing;
}

/// Every layout with every number that fits so many layers; the map layout is left to its own
/// tests.
inline std::vector<KvSharing> all_sharings(std::int64_t num_layers) {
  std::vector<KvSharing> all{sharing_of(KvLayout::kNone)};
  for (std::int64_t n = 1; n <= num_layers; ++n) {
    all.push_back(sharing_of(KvLayout::kCla, n));
    all.push_back(sharing_of(KvLayout::kMlkv, n));
    if (n == num_layers) break;
    all.push_back(sharing_of(KvLayout::kKeepEnds, n));
    all.push_back(sharing_of(KvLayout::kLastShared, n));
  }
  if (num_layers >= 3) all.push_back(sharing_of(KvLayout::kDenseFront));
  if (num_layers >= 4) all.push_back(sharing_of(KvLayout::kDenseBack));
  return all;
}

}  // namespace lamina
