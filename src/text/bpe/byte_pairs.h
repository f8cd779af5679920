#pragma once
#include <cstdint>
#include <vector>

#include "flat_tables.h"

namespace lamina {

/// A token of a word that is being merged, and the bytes of the word it stands for.
struct Symbol {
  TokenId id = 0;
  std::uint32_t num_bytes = 0;
};

/// Merges neighbours, each time the pair of the lowest rank and of those the leftmost, until none
/// is left that merges. O(n log n) for long words.
void merge_pairs(std::vector<Symbol>& symbols, const MergeTable& merges);

}  // namespace lamina
