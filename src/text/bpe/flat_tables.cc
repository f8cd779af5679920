#include "flat_tables.h"

#include <bit>
#include <functional>

namespace lamina {
namespace {

/// A power of two, so that the table is at most half full and a search takes few steps.
std::size_t num_slots(std::size_t num_entries) { return std::bit_ceil(2 * num_entries + 2); }

std::uint64_t hash_of(std::string_view text) {
  return mix_bits(std::hash<std::string_view>()(text));
}

}  // namespace

MergeTable::MergeTable(std::size_t num_merges)
    : slots_(num_slots(num_merges)), mask_(slots_.size() - 1) {}

void MergeTable::insert(TokenId left, TokenId right, Merge merge) {
  const std::uint64_t key = key_of(left, right);
  std::size_t i = mix_bits(key) & mask_;
  while (slots_[i].key != kNoPair && slots_[i].key != key) i = (i + 1) & mask_;
  slots_[i] = {key, merge};
}

SpellingTable::SpellingTable(const std::vector<std::string>& spellings)
    : spellings_(&spellings), slots_(num_slots(spellings.size())), mask_(slots_.size() - 1) {}

void SpellingTable::insert(TokenId id) {
  const std::uint64_t hash = hash_of((*spellings_)[static_cast<std::size_t>(id)]);
  std::size_t i = hash & mask_;
  while (slots_[i].id >= 0) i = (i + 1) & mask_;
  slots_[i] = {static_cast<std::uint32_t>(hash >> 32), id};
}

TokenId SpellingTable::find(std::string_view text) const {
  const std::uint64_t hash = hash_of(text);
  for (std::size_t i = hash & mask_; slots_[i].id >= 0; i = (i + 1) & mask_) {
    const Slot& slot = slots_[i];
    if (slot.hash == static_cast<std::uint32_t>(hash >> 32) &&
        (*spellings_)[static_cast<std::size_t>(slot.id)] == text) {
      return slot.id;
    }
  }
  return -1;
}

}  // namespace lamina
