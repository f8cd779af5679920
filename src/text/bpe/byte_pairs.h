#pragma once
#include <cstdint>
#include <vector>

#include "flat_tables.h"

namespace lamina {

/// A token of a word that is being merged, and the number of bytes of the word that it covers.
struct Symbol {
  TokenId id = 0;
  std::uint32_t num_bytes = 0;
};

/// Merges adjacent symbols until no pair merges: always the pair with the lowest rank, and the
/// leftmost of several. Takes O(n log n) for n symbols of a long word.
void merge_pairs(std::vector<Symbol>& symbols, const MergeTable& merges);

}  // namespace lamina
