#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "lamina/data/token_file.h"

namespace lamina {

/// One or several token files read as one stream. Sample i of N = (tokens - 1) / T holds the T + 1
/// tokens from i T on: inputs are the first T, targets the last T, so the targets of all samples
/// are each token once, but the first and a rest shorter than T. Any number of threads may share
/// it.
class TokenStream {
 public:
  /// Ids must lie in [0, vocab_size). Throws Error where a file is unsound or all are too short for
  /// one sample of `sequence_length` T.
  TokenStream(std::span<const std::filesystem::path> prefixes, std::int64_t sequence_length,
              std::int64_t vocab_size);

  std::int64_t num_tokens() const { return ends_.back(); }
  std::int64_t num_samples() const { return (num_tokens() - 1) / sequence_length_; }
  const std::vector<TokenFile>& files() const { return files_; }

  /// The T + 1 tokens of a sample. Throws Error naming file and position of a token outside the
  /// vocabulary.
  void copy_sample(std::int64_t sample, std::int64_t* out) const;

 private:
  void copy(std::int64_t begin, std::span<std::int64_t> out) const;

  std::int64_t sequence_length_;
  std::vector<TokenFile> files_;
  std::vector<std::int64_t> ends_;  ///< position in the stream behind each file
};

}  // namespace lamina
