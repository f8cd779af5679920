#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "lamina/data/token_file.h"

namespace lamina {

/// One or several token files, read as one stream. Sample i, of num_samples() = (num_tokens() - 1)
/// / T, is tokens [i T, i T + T + 1): the inputs are its first T tokens, the targets its last T. So
/// each token is a target of exactly one sample, except the first token of the stream and a
/// remainder shorter than T. Immutable: any number of threads may share one.
class TokenStream {
 public:
  /// `sequence_length` is T; ids must be in [0, vocab_size). Throws Error if a file is damaged or
  /// all of them together are too short for one sample.
  TokenStream(std::span<const std::filesystem::path> prefixes, std::int64_t sequence_length,
              std::int64_t vocab_size);

  std::int64_t num_tokens() const { return ends_.back(); }
  std::int64_t num_samples() const { return (num_tokens() - 1) / sequence_length_; }
  const std::vector<TokenFile>& files() const { return files_; }

  /// Copies the T + 1 tokens of a sample to `out`. Throws Error that names the file and position of
  /// a token outside the vocabulary.
  void copy_sample(std::int64_t sample, std::int64_t* out) const;

 private:
  void copy(std::int64_t begin, std::span<std::int64_t> out) const;

  std::int64_t sequence_length_;
  std::vector<TokenFile> files_;
  std::vector<std::int64_t> ends_;  ///< position in the stream of the end of each file
};

}  // namespace lamina
