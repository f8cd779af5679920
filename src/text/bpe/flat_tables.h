#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/text/tokenizer.h"

namespace lamina {

/// A bijective hash: every bit of the input affects every bit of the result.
inline std::uint64_t mix_bits(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0x9E3779B97F4A7C15;
  x ^= x >> 29;
  x *= 0xBF58476D1CE4E5B9;
  return x ^ x >> 32;
}

/// The result of merging a pair of tokens, and its priority: rank 0 is merged first.
struct Merge {
  std::uint32_t rank = UINT32_MAX;  // UINT32_MAX: the pair does not merge
  TokenId merged = 0;
};

/// A hash table from pairs of tokens to merges, with open addressing. Its capacity is fixed: at
/// most `num_merges` pairs may be inserted.
class MergeTable {
 public:
  explicit MergeTable(std::size_t num_merges);
  /// Replaces the value of a pair that is already present.
  void insert(TokenId left, TokenId right, Merge merge);
  Merge find(TokenId left, TokenId right) const {
    const std::uint64_t key = key_of(left, right);
    for (std::size_t i = mix_bits(key) & mask_;; i = (i + 1) & mask_) {
      if (slots_[i].key == key) return slots_[i].merge;
      if (slots_[i].key == kNoPair) return {};
    }
  }

 private:
  static constexpr std::uint64_t kNoPair = UINT64_MAX;  // no id is negative
  struct Slot {
    std::uint64_t key = kNoPair;
    Merge merge;
  };
  static std::uint64_t key_of(TokenId left, TokenId right) {
    return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
  }

  std::vector<Slot> slots_;
  std::size_t mask_;
};

/// A hash table from the text of a token to its id, with open addressing. Keeps a reference to
/// `spellings` (by id), which must outlive the table and stay at its address.
class SpellingTable {
 public:
  explicit SpellingTable(const std::vector<std::string>& spellings);
  void insert(TokenId id);
  /// The id of the token with this text; -1 if there is none.
  TokenId find(std::string_view text) const;

 private:
  struct Slot {
    std::uint32_t hash = 0;
    TokenId id = -1;
  };
  const std::vector<std::string>* spellings_;
  std::vector<Slot> slots_;
  std::size_t mask_;
};

}  // namespace lamina
