#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lamina {

/// Maps a global position to one of several sources and to a position in that source. In every
/// block of kBlockSamples consecutive positions, source i has exactly its share of the weights
/// (rounded by the largest remainder method), shuffled by a keyed permutation of the block. A pure
/// function of (seed, position, weights): no state, so resuming costs nothing. Immutable and
/// thread-safe.
class Mixture {
 public:
  static constexpr std::int64_t kBlockSamples = 4096;

  struct Draw {
    std::size_t source = 0;
    std::int64_t position = 0;  ///< in the source: 0, 1, 2, ..., each drawn exactly once
  };

  /// Weights are > 0 and need not sum to 1. Throws SettingError for a weight too small for one
  /// sample in a block.
  Mixture(std::span<const double> weights, std::uint64_t seed);

  Draw at(std::int64_t position) const;

  /// Number of samples of each source in a block; the sum is kBlockSamples.
  const std::vector<std::int64_t>& shares() const { return shares_; }

 private:
  std::uint64_t seed_;
  std::vector<std::int64_t> shares_;
  std::vector<std::int64_t> ends_;  ///< cumulative shares: source i has slots [ends[i-1], ends[i])
};

}  // namespace lamina
