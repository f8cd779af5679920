#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "lamina/data/token_file.h"

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
  std::optional<std::uint64_t> seed;  ///< of the order; none: the order of the files
};

/// Samples of one or several token files, read as one stream. Sample i of N = (tokens - 1) / T
/// holds the T + 1 tokens from i T on: inputs are the first T, targets the last T, so the targets
/// of all samples are each token once, but the first and a rest shorter than T. Reading writes
/// nothing: any number of threads may share one.
class BatchSource {
 public:
  /// Throws Error where a file is unsound or all are too short for one sample.
  BatchSource(std::span<const std::filesystem::path> prefixes, const BatchOptions& options);

  std::int64_t num_tokens() const { return ends_.back(); }
  std::int64_t sequence_length() const { return options_.sequence_length; }
  std::int64_t num_samples() const { return (num_tokens() - 1) / options_.sequence_length; }
  const std::vector<TokenFile>& files() const { return files_; }

  /// The sample at a global position; position p is in epoch p / num_samples().
  std::int64_t sample_index(std::int64_t position) const;

  /// int64 CPU tensor (count, T + 1): the samples at `count` positions from `first_position` on.
  /// Throws Error naming file and position of a token outside the vocabulary.
  at::Tensor samples(std::int64_t first_position, std::int64_t count) const;

 private:
  void copy(std::int64_t begin, std::span<std::int64_t> out) const;

  BatchOptions options_;
  std::vector<TokenFile> files_;
  std::vector<std::int64_t> ends_;  ///< position in the stream behind each file
};

}  // namespace lamina
