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
  std::vector<std::pair<std::string, std::string>> merges;  // the earlier the sooner
  bool byte_level = false;  // tokens are written in GPT-2's alphabet of bytes
  bool byte_fallback = false;
  bool ignore_merges = false;
  bool fuse_unknown = false;
  std::string unknown;  // "": none
};

/// Where ids go, and where wanted the offset at which each one's text ends.
struct TokenSink {
  std::vector<TokenId>& ids;
  std::vector<std::size_t>* ends = nullptr;
};

/// Byte pair encoding of words. Immutable: threads may share one.
class BpeModel {
 public:
  /// Throws Error, beginning with `where`, on a vocabulary that is not sound or cannot spell.
  BpeModel(const BpeFile& file, const std::string& where);
  BpeModel(const BpeModel&) = delete;
  BpeModel& operator=(const BpeModel&) = delete;

  /// What is encoded to that token: bytes, or characters. "" for ids that have none.
  const std::vector<std::string>& spellings() const { return spellings_; }

  /// By byte, the token that stands for it alone; -1 where there are none such.
  std::span<const TokenId, 256> byte_tokens() const { return byte_ids_; }

  /// Whether `mark` is a token and none has it behind anything else: then no merge reaches over a
  /// place in front of it, unless that stands behind another one.
  bool only_begins_tokens(std::string_view mark) const;

  /// Encodes words of a text, which is well-formed UTF-8; ends are offsets in it.
  void encode(std::string_view text, std::span<const TextSpan> words, TokenSink sink) const;

  /// Encodes bytes that are not UTF-8; the first begins at `offset`.
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
  std::array<TokenId, 256> byte_ids_{};  // of bytes, or of <0x..>; -1: none
  TokenId unknown_ = -1;
  bool byte_level_;
  bool ignore_merges_;
  bool fuse_unknown_;
  std::uint32_t serial_;  // tells tokenizers apart in the cache of words
};

}  // namespace lamina
