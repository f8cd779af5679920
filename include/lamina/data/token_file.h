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

/// Megatron's indexed pair PREFIX.bin, PREFIX.idx, memory-mapped: one stream of tokens, the
/// documents in order. Reads uint8, uint16, int32 and int64 files whose sequences lie one behind
/// the other; a document may have several. Immutable: any number of threads may share one. Movable.
class TokenFile {
 public:
  /// Every id must lie in [0, vocab_size). Throws Error naming the file and what is wrong: a header
  /// that is damaged or does not fit the file sizes, facts that contradict it or name a larger
  /// vocabulary.
  TokenFile(std::filesystem::path prefix, std::int64_t vocab_size);
  ~TokenFile();
  TokenFile(TokenFile&&) noexcept;

  const std::filesystem::path& prefix() const { return prefix_; }
  std::int64_t num_tokens() const;
  std::int64_t num_documents() const;
  TokenRange document(std::int64_t i) const;

  /// Of PREFIX.json; none for a file of another program.
  const std::optional<TokenFileFacts>& facts() const { return facts_; }

  /// The out.size() tokens from position `begin` on; they must lie in the file. Throws Error naming
  /// file and position of a token outside the vocabulary.
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

/// Whether PREFIX.idx exists: the file that a writer puts in place last.
bool is_token_file(const std::filesystem::path& prefix);

/// What tells token files apart in records: a hash of PREFIX.idx, of the source that PREFIX.json
/// names where there is one, and of PREFIX.bin, of which only 256 blocks of 4 KiB, evenly spread,
/// are read when it is longer than them.
std::string token_file_hash(const std::filesystem::path& prefix);

}  // namespace lamina
