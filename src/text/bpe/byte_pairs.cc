#include "byte_pairs.h"

#include <algorithm>
#include <queue>

namespace lamina {
namespace {

/// Up to this many symbols, a linear search for the best pair is faster than a heap.
constexpr std::size_t kMaxShortWordSymbols = 64;

void merge_short(std::vector<Symbol>& symbols, const MergeTable& merges) {
  const auto merge_at = [&](std::size_t i) {
    return merges.find(symbols[i].id, symbols[i + 1].id);
  };
  Merge next[kMaxShortWordSymbols + 1];  // the merge of each symbol with its successor
  std::size_t size = symbols.size();
  for (std::size_t i = 0; i + 1 < size; ++i) next[i] = merge_at(i);
  while (size > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < size; ++i) {
      if (next[i].rank < next[best].rank) best = i;
    }
    if (next[best].rank == UINT32_MAX) break;
    symbols[best] = {next[best].merged, symbols[best].num_bytes + symbols[best + 1].num_bytes};
    for (std::size_t i = best + 1; i + 1 < size; ++i) {
      symbols[i] = symbols[i + 1];
      next[i] = next[i + 1];
    }
    --size;
    if (best > 0) next[best - 1] = merge_at(best - 1);
    if (best + 1 < size) next[best] = merge_at(best);
  }
  symbols.resize(size);
}

/// A pair that may be merged; stale if one of its symbols has changed since.
struct Candidate {
  Merge merge;
  std::uint32_t left = 0, right = 0;
  TokenId left_id = 0, right_id = 0;

  bool operator<(const Candidate& other) const {  // the largest is merged first
    if (merge.rank != other.merge.rank) return merge.rank > other.merge.rank;
    return left > other.left;
  }
};

/// The symbols as a doubly linked list with indices as links; a symbol of 0 bytes has been merged
/// into its predecessor.
class LongWord {
 public:
  LongWord(std::vector<Symbol>& symbols, const MergeTable& merges)
      : symbols_(symbols), merges_(merges), size_(static_cast<std::uint32_t>(symbols.size())) {
    for (std::uint32_t i = 0; i < size_; ++i) {
      before_.push_back(i - 1);
      after_.push_back(i + 1);
    }
    for (std::uint32_t i = 0; i + 1 < size_; ++i) consider(i, i + 1);
  }

  void merge() {
    while (!candidates_.empty()) {
      const Candidate best = candidates_.top();
      candidates_.pop();
      const bool stale =
          symbols_[best.left].num_bytes == 0 || symbols_[best.left].id != best.left_id ||
          after_[best.left] != best.right || symbols_[best.right].id != best.right_id;
      if (!stale) merge(best);
    }
    std::erase_if(symbols_, [](const Symbol& symbol) { return symbol.num_bytes == 0; });
  }

 private:
  void consider(std::uint32_t left, std::uint32_t right) {
    const Merge merge = merges_.find(symbols_[left].id, symbols_[right].id);
    if (merge.rank == UINT32_MAX) return;
    candidates_.push({merge, left, right, symbols_[left].id, symbols_[right].id});
  }

  void merge(const Candidate& pair) {
    symbols_[pair.left] = {pair.merge.merged,
                           symbols_[pair.left].num_bytes + symbols_[pair.right].num_bytes};
    symbols_[pair.right].num_bytes = 0;
    const std::uint32_t next = after_[pair.right];
    after_[pair.left] = next;
    if (next < size_) {
      before_[next] = pair.left;
      consider(pair.left, next);
    }
    if (before_[pair.left] < size_) consider(before_[pair.left], pair.left);
  }

  std::vector<Symbol>& symbols_;
  const MergeTable& merges_;
  std::uint32_t size_;
  std::vector<std::uint32_t> before_, after_;
  std::priority_queue<Candidate> candidates_;
};

}  // namespace

void merge_pairs(std::vector<Symbol>& symbols, const MergeTable& merges) {
  if (symbols.size() <= kMaxShortWordSymbols) return merge_short(symbols, merges);
  LongWord(symbols, merges).merge();
}

}  // namespace lamina
