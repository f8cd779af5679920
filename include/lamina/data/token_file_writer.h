#pragma once
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lamina/core/output_file.h"
#include "lamina/data/token_file_facts.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

class TokenIndexWriter;

/// Longest sequence that fits the int32 lengths of the format.
constexpr std::int64_t kMaxSequenceTokens = std::numeric_limits<std::int32_t>::max();

/// Writes the pair that TokenFile reads. Tokens are uint16 if the vocabulary has fewer than 65,500
/// entries, as in Megatron, else int32. A document is one sequence, or several if it is longer than
/// `max_sequence_tokens`. Tokens go to disk as they are appended, in partial files next to the
/// final ones; memory holds one bit per document. The final names appear in `commit` only,
/// PREFIX.idx last. A writer that is destroyed without it removes its partial files; those of a
/// killed process are removed by the next writer of the same prefix. Two writers of the same
/// content may commit at the same time, without effect on readers. Not thread-safe.
class TokenFileWriter {
 public:
  /// Creates the folder and the partial files. Throws Error that names what cannot be created.
  TokenFileWriter(std::filesystem::path prefix, std::int64_t vocab_size,
                  std::int64_t max_sequence_tokens = kMaxSequenceTokens);
  ~TokenFileWriter();
  TokenFileWriter(const TokenFileWriter&) = delete;
  TokenFileWriter& operator=(const TokenFileWriter&) = delete;

  /// Appends to the current document. Throws Error on an id outside the vocabulary, or a full disk.
  void append(std::span<const TokenId> tokens);

  /// Ends the current document, which may be empty.
  void end_document();

  /// Finishes and syncs the partial files. The caller provides tokenizer, text bytes, words and
  /// source hash in `facts`; the result has the token and document counts as well. The last
  /// document must have been ended, and only `commit` may follow.
  TokenFileFacts complete(TokenFileFacts facts);

  /// Renames the files of all writers, each of them complete, to their final names. The indexes of
  /// older pairs are removed before the first new file appears: if this fails or is killed, some
  /// pairs have no index, but old and new files are never mixed.
  static void commit(std::initializer_list<TokenFileWriter*> writers);

  /// `complete` and `commit` of this writer.
  TokenFileFacts finish(TokenFileFacts facts);

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void create_locked_index();
  std::filesystem::path partial(const char* ending) const;
  void write(std::span<const TokenId> tokens);
  void write_bytes(const void* bytes, std::size_t count);
  void check(std::span<const TokenId> tokens) const;
  void end_sequence();
  void remove_older_index();
  void rename_all();

  std::filesystem::path prefix_;
  std::string partial_ending_;
  std::int64_t vocab_size_;
  std::int64_t max_sequence_tokens_;
  std::optional<OutputFile> bin_;
  std::unique_ptr<std::FILE, CloseFile> lock_;  ///< on the partial index: shows that this is alive
  std::vector<std::uint16_t> narrow_;
  std::int64_t open_sequence_tokens_ = 0;
  std::unique_ptr<TokenIndexWriter> index_;
};

}  // namespace lamina
