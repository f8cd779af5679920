#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "flat_tables.h"

namespace lamina {

/// A short word as integers: its bytes, padded with zeros.
struct WordKey {
  static constexpr std::size_t kMaxBytes = 32;
  std::array<std::uint64_t, 4> words{};

  /// Requires word.size() <= kMaxBytes.
  explicit WordKey(std::string_view word) { std::memcpy(words.data(), word.data(), word.size()); }
  bool operator==(const WordKey&) const = default;

  std::uint64_t hash(std::size_t size) const {
    return mix_bits(words[0] ^ std::rotl(words[1], 23) * 0x9E3779B97F4A7C15 ^
                    (words[2] ^ std::rotl(words[3], 31)) * 0xBF58476D1CE4E5B9 ^ size << 56);
  }
};

/// A direct-mapped cache of recent words and their tokens, shared by all tokenizers of a thread.
/// Each word has one slot, which the next word with the same slot overwrites. Not thread-safe.
class WordCache {
 public:
  static constexpr std::size_t kMaxTokens = 6;

  /// One cache line.
  struct alignas(64) Slot {
    WordKey key{""};
    std::uint32_t owner = 0;  // serial number of the model; 0 for an empty slot
    std::uint8_t num_bytes = 0;
    std::uint8_t num_tokens = 0;
    std::array<TokenId, kMaxTokens> tokens{};

    bool holds(const WordKey& word, std::size_t size, std::uint32_t tokenizer) const {
      return key == word && num_bytes == size && owner == tokenizer;
    }
    std::span<const TokenId> ids() const { return {tokens.data(), num_tokens}; }
    /// Requires ids.size() <= kMaxTokens.
    void store(const WordKey& word, std::size_t size, std::uint32_t tokenizer,
               std::span<const TokenId> ids) {
      key = word;
      owner = tokenizer;
      num_bytes = static_cast<std::uint8_t>(size);
      num_tokens = static_cast<std::uint8_t>(ids.size());
      std::copy(ids.begin(), ids.end(), tokens.begin());
    }
  };

  Slot& slot_of(const WordKey& word, std::size_t size) {
    return slots_[word.hash(size) & (kNumSlots - 1)];
  }

 private:
  static constexpr std::size_t kNumSlots = 1 << 14;  // 1 MiB, the size of a core's L2 cache
  std::vector<Slot> slots_ = std::vector<Slot>(kNumSlots);
};

}  // namespace lamina
