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

/// Longest sequence that the int32 lengths of the format can count.
constexpr std::int64_t kMaxSequenceTokens = std::numeric_limits<std::int32_t>::max();

/// Writes the pair that TokenFile reads: uint16 tokens where the vocabulary has fewer than 65,500
/// entries, as Megatron chooses, else int32; one sequence a document, and another where a document
/// is longer than `max_sequence_tokens`. Tokens go to disk at once, under names of its own beside
/// the final ones, and memory holds one bit a document. Files appear under the final names only in
/// `put_in_place`, PREFIX.idx last; destroyed without it, a writer removes what it wrote; what a
/// killed one left, the next writer of the same prefix removes. Two writers of the same content may
/// finish at the same time, and readers never notice.
class TokenFileWriter {
 public:
  TokenFileWriter(std::filesystem::path prefix, std::int64_t vocab_size,
                  std::int64_t max_sequence_tokens = kMaxSequenceTokens);
  ~TokenFileWriter();
  TokenFileWriter(const TokenFileWriter&) = delete;
  TokenFileWriter& operator=(const TokenFileWriter&) = delete;

  /// Adds to the open document. Throws Error on an id outside the vocabulary, or a full disk.
  void append(std::span<const TokenId> tokens);
  void end_document();

  /// Completes and syncs all under the partial names. Takes what it cannot know itself from `facts`
  /// (tokenizer, text bytes, words, source) and returns them complete. The last document must be
  /// ended, and nothing but `put_in_place` may follow.
  TokenFileFacts complete(TokenFileFacts facts);

  /// Gives the files of all of these, each complete, their final names. No index of an older pair
  /// is left when the first new file appears: a failure or kill on the way leaves some of the pairs
  /// without index, but never an old one beside a new one.
  static void put_in_place(std::initializer_list<TokenFileWriter*> writers);

  /// Both, of this one alone.
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
  std::unique_ptr<std::FILE, CloseFile> lock_;  ///< of the partial index: its writer lives
  std::vector<std::uint16_t> narrow_;
  std::int64_t open_sequence_tokens_ = 0;
  std::unique_ptr<TokenIndexWriter> index_;
};

}  // namespace lamina
