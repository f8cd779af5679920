#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "byte_pairs.h"
#include "flat_tables.h"
#include "lamina/text/tokenizer.h"
#include "unicode/text_span.h"

namespace lamina {

/// The "model" of a tokenizer.json, type BPE.
struct BpeFile {
  std::vector<std::pair<std::string, TokenId>> vocabulary;
  std::vector<std::pair<std::string, std::string>> merges;  // in order of priority, first first
  bool byte_level = false;     // tokens are in GPT-2's byte alphabet (byte_alphabet.h)
  bool byte_fallback = false;  // a character without a token becomes byte tokens <0x00> to <0xFF>
  bool ignore_merges = false;  // a word that is a token is not built from merges
  bool fuse_unknown = false;   // adjacent unknown characters become one token
  std::string unknown;         // "": none
};

/// Receives ids and, if `ends` is set, the offset at which the text of each token ends.
struct TokenSink {
  std::vector<TokenId>& ids;
  std::vector<std::size_t>* ends = nullptr;
};

/// Byte pair encoding of words (Sennrich et al. 2016): merges adjacent tokens by rank. Immutable:
/// threads may share one; each thread has its own cache of words.
class BpeModel {
 public:
  /// Throws Error, which begins with `where`, if the vocabulary is inconsistent or lacks the tokens
  /// to encode every text.
  BpeModel(const BpeFile& file, const std::string& where);
  BpeModel(const BpeModel&) = delete;
  BpeModel& operator=(const BpeModel&) = delete;

  /// By id, the bytes or characters that the token encodes; "" for an id without a token.
  const std::vector<std::string>& spellings() const { return spellings_; }

  /// By byte, the token for that single byte; -1 if there is none.
  std::span<const TokenId, 256> byte_tokens() const { return byte_ids_; }

  /// Whether `mark` is a token and occurs in other tokens only as a run at their start. Then no
  /// merge crosses the start of a run of marks.
  bool only_begins_tokens(std::string_view mark) const;

  /// Encodes words of a text. `text` must be well-formed UTF-8; `words` and ends are offsets in it.
  void encode(std::string_view text, std::span<const TextSpan> words, TokenSink sink) const;

  /// Encodes bytes that are not UTF-8, of which the first is at `offset` in the text. Throws Error
  /// if a byte has no token.
  void encode_bytes(std::string_view bytes, std::size_t offset, TokenSink sink) const;

 private:
  void read_vocabulary(const BpeFile& file, const std::string& where);
  void read_alphabet(const BpeFile& file, const std::string& where);
  void read_merges(const BpeFile& file, const std::string& where);

  void encode_uncached(std::string_view word, std::size_t offset, TokenSink sink) const;
  void merge_word(std::string_view word, std::vector<Symbol>& symbols) const;
  void spell(std::string_view word, std::vector<Symbol>& symbols) const;
  void spell_character(std::string_view character, std::vector<Symbol>& symbols) const;
  void spell_byte(char byte, std::vector<Symbol>& symbols) const;

  std::vector<std::string> spellings_;
  SpellingTable ids_;
  MergeTable merges_;
  std::array<TokenId, 256> byte_ids_{};  // of bytes, or of <0x..>; -1 for none
  TokenId unknown_ = -1;
  bool byte_level_;
  bool ignore_merges_;
  bool fuse_unknown_;
  std::uint32_t serial_;  // identifies the model in the cache of words
};

}  // namespace lamina
