#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "lamina/data/mixture.h"
#include "lamina/data/token_stream.h"

namespace lamina {

/// Sequences [begin, begin + count) of a global batch.
struct Share {
  std::int64_t begin = 0;
  std::int64_t count = 0;
};

/// The sequences that one rank reads. The shares of ranks 0, 1, ... are contiguous, cover the batch
/// and differ by at most one in size, so the global order is the same for any number of ranks.
/// Needs 0 <= rank < num_ranks.
Share share_of(std::int64_t batch_sequences, int rank, int num_ranks);

struct BatchOptions {
  std::int64_t sequence_length = 0;   ///< T: number of inputs, and of targets, of one sample
  std::int64_t vocab_size = 0;        ///< V: every id must be in [0, V)
  std::optional<std::uint64_t> seed;  ///< of the sample order; without it samples are read in file
                                      ///< order, and sources are mixed as with seed 0
};

/// One source: token files that are read as one stream, and its weight relative to other sources.
struct WeightedFiles {
  std::vector<std::filesystem::path> prefixes;
  double weight = 1;
};

/// Training samples of one source, or of several mixed by weight (data/mixture.h). Each source has
/// its own epochs, and a different sample order in each epoch. Immutable: any number of threads may
/// share one.
class BatchSource {
 public:
  /// Maps the files. Throws Error if a file is damaged or a source is too short for one sample, and
  /// SettingError if a weight is too small for one sample in a block of the mixture.
  BatchSource(std::span<const WeightedFiles> sources, const BatchOptions& options);
  BatchSource(std::span<const std::filesystem::path> prefixes, const BatchOptions& options);

  std::int64_t sequence_length() const { return options_.sequence_length; }
  const std::vector<TokenStream>& sources() const { return sources_; }

  /// The sample at a global position. A source reaches its own position p in its epoch
  /// p / num_samples().
  struct Sample {
    std::size_t source = 0;  ///< index in sources()
    std::int64_t index = 0;  ///< in [0, num_samples()) of the source
  };
  Sample sample_at_position(std::int64_t position) const;

  /// The samples at positions [first_position, first_position + count): int64 CPU tensor of shape
  /// (count, T + 1). Inputs are columns [0, T), targets are columns [1, T + 1).
  /// Throws Error that names the file and position of a token outside the vocabulary.
  at::Tensor samples(std::int64_t first_position, std::int64_t count) const;

 private:
  BatchOptions options_;
  Mixture mixture_;
  std::vector<TokenStream> sources_;
};

}  // namespace lamina
