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

/// `count` sequences of a global batch, from its sequence `begin` on.
struct Share {
  std::int64_t begin = 0;
  std::int64_t count = 0;
};

/// The sequences of one rank: shares of consecutive ranks follow each other, cover the batch, and
/// differ by at most one in size, so that the global order is the same at any number of ranks.
Share share_of(std::int64_t batch_sequences, int rank, int num_ranks);

struct BatchOptions {
  std::int64_t sequence_length = 0;   ///< T: inputs, and targets, of one sample
  std::int64_t vocab_size = 0;        ///< ids must lie in [0, vocab_size)
  std::optional<std::uint64_t> seed;  ///< of the order; none: the order of the files, sources
                                      ///< spread as by seed 0
};

/// Token files that are read as one stream, and how often among others.
struct WeightedFiles {
  std::vector<std::filesystem::path> prefixes;
  double weight = 1;
};

/// Samples of one source, or of several in the shares that their weights set (data/mixture.h); each
/// source has its own epochs and its own order in each. Reading writes nothing: any number of
/// threads may share one.
class BatchSource {
 public:
  /// Throws Error where a file is unsound, a source is too short for one sample, or a weight too
  /// small for one sample in a block.
  BatchSource(std::span<const WeightedFiles> sources, const BatchOptions& options);
  BatchSource(std::span<const std::filesystem::path> prefixes, const BatchOptions& options);

  std::int64_t sequence_length() const { return options_.sequence_length; }
  const std::vector<TokenStream>& sources() const { return sources_; }

  /// What is read at a global position; a source's own position p is in its epoch
  /// p / num_samples().
  struct Sample {
    std::size_t source = 0;
    std::int64_t index = 0;  ///< in the source
  };
  Sample sample_at_position(std::int64_t position) const;

  /// int64 CPU tensor (count, T + 1): the samples at `count` positions from `first_position` on.
  /// Throws Error naming file and position of a token outside the vocabulary.
  at::Tensor samples(std::int64_t first_position, std::int64_t count) const;

 private:
  BatchOptions options_;
  Mixture mixture_;
  std::vector<TokenStream> sources_;
};

}  // namespace lamina
