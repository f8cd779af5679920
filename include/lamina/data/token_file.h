#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "lamina/core/files.h"
#include "lamina/data/token_file_facts.h"

namespace lamina {

class TokenIndex;

/// Positions [begin, end) in a stream of tokens.
struct TokenRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// Megatron's pair of files PREFIX.bin and PREFIX.idx, memory-mapped: one stream of tokens,
/// document after document. Reads uint8, uint16, int32 and int64 tokens in contiguous sequences; a
/// document consists of one or several sequences. Immutable: any number of threads may share one.
/// Movable.
class TokenFile {
 public:
  /// Every id must be in [0, vocab_size); `copy` checks the ids that it reads. Throws Error that
  /// names the file and the reason if the index is damaged or does not fit the file sizes, or if
  /// PREFIX.json contradicts the index or has a larger vocabulary.
  TokenFile(std::filesystem::path prefix, std::int64_t vocab_size);
  ~TokenFile();
  TokenFile(TokenFile&&) noexcept;

  const std::filesystem::path& prefix() const { return prefix_; }
  std::int64_t num_tokens() const;
  std::int64_t num_documents() const;
  TokenRange document(std::int64_t i) const;  ///< needs 0 <= i < num_documents()

  /// The content of PREFIX.json; empty if there is none, as for files of other programs.
  const std::optional<TokenFileFacts>& facts() const { return facts_; }

  /// Copies the tokens at positions [begin, begin + out.size()), which must be in the file.
  /// Throws Error that names the file and position of a token outside the vocabulary.
  void copy(std::int64_t begin, std::span<std::int64_t> out) const;

 private:
  void check_facts() const;
  [[noreturn]] void fail_token(std::int64_t begin, std::span<const std::int64_t> tokens) const;

  std::filesystem::path prefix_;
  std::int64_t vocab_size_;
  MappedFile bin_;
  std::unique_ptr<const TokenIndex> index_;
  std::optional<TokenFileFacts> facts_;
};

/// Whether PREFIX.idx exists, the file that a writer renames last: true means a complete pair.
bool is_token_file(const std::filesystem::path& prefix);

/// Identifies a token file in run records: a hash of PREFIX.idx, of the source_hash in PREFIX.json
/// if there is one, and of PREFIX.bin, of which a file larger than 1 MiB contributes only 256
/// evenly spaced blocks of 4 KiB.
std::string token_file_hash(const std::filesystem::path& prefix);

}  // namespace lamina
