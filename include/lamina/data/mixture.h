#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lamina {

/// Which of several sources a global position is read from, and its position among that source's
/// own. In every block of kBlockSamples consecutive positions source i has exactly its share of the
/// weights, rounded by largest remainder, spread by a keyed permutation of the block. A pure
/// function of (seed, position, weights): nothing is stored.
class Mixture {
 public:
  static constexpr std::int64_t kBlockSamples = 4096;

  struct Draw {
    std::size_t source = 0;
    std::int64_t position = 0;  ///< each of a source's is drawn once
  };

  /// Throws Error naming a weight (by its number, from 0) too small for one sample in a block.
  Mixture(std::span<const double> weights, std::uint64_t seed);

  Draw at(std::int64_t position) const;

  /// Samples of each source in a block.
  const std::vector<std::int64_t>& shares() const { return shares_; }

 private:
  std::uint64_t seed_;
  std::vector<std::int64_t> shares_;
  std::vector<std::int64_t> ends_;  ///< of the sources' slots in a block
};

}  // namespace lamina
