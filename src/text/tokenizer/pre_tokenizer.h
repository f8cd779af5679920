#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "normalizer.h"
#include "tokenizer_fields.h"
#include "unicode/text_span.h"
#include "unicode/unicode_pattern.h"

namespace lamina {

/// What a splitting step does with the matches of its pattern: the `behavior` of Hugging Face's
/// Split.
enum class SplitBehavior { kIsolated, kRemoved, kMergedWithPrevious, kMergedWithNext, kContiguous };

/// The effect of a splitting step at the cut positions of PreTokenizer::may_cut: kSplits: it always
/// ends a part there; kSame: cutting there does not change its result; kUnknown: neither is known.
enum class AtSpaces { kUnknown, kSame, kSplits };

/// One step that splits each piece into smaller ones.
struct SplittingStep {
  TextPattern pattern;
  SplitBehavior behavior = SplitBehavior::kIsolated;
  bool invert = false;  // swaps matches and the text between them
  AtSpaces at_spaces = AtSpaces::kUnknown;
};

/// Splits a text into the words that byte pair encoding works on.
class PreTokenizer {
 public:
  /// Reads the "pre_tokenizer" of a tokenizer.json; null gives one that keeps pieces whole. Throws
  /// Error with what is not supported.
  PreTokenizer(const FileJson& json, const std::string& where);

  /// GPT-2's pre-tokenizer: only ByteLevel, with its pattern.
  static PreTokenizer gpt2();

  /// Whether words consist of bytes (ByteLevel), not characters.
  bool byte_level() const { return byte_level_; }

  /// The steps that rewrite a piece of text before it is split.
  const std::vector<RewritingStep>& rewriting() const { return rewriting_; }

  /// Whether a piece is never split: it is one word.
  bool keeps_whole() const { return steps_.empty(); }

  /// From now on, splits before each run of `mark`. Requires keeps_whole().
  void split_at(const std::string& mark);

  /// The words of a piece, in order, as offsets in `text`. Overwrites `words`. Needs well-formed
  /// UTF-8.
  void split(std::string_view text, std::vector<TextSpan>& words) const;

  /// Whether a byte-level text may be cut, so that splitting each part gives the same words,
  /// - before a space that follows a character other than white space,
  /// - before a line feed that follows a letter, and
  /// - between a line feed that does not follow white space and a letter.
  bool may_cut() const;

  /// Whether words end before marks and nowhere else.
  bool splits_at(const std::string& mark) const;

 private:
  PreTokenizer() = default;
  void read(const FileJson& json, const std::string& where);
  void read_byte_level(const TokenizerFields& fields);
  void read_metaspace(const TokenizerFields& fields);
  void read_split(const TokenizerFields& fields);

  bool byte_level_ = false;
  std::vector<RewritingStep> rewriting_;
  std::vector<SplittingStep> steps_;
  std::string mark_;  ///< the mark that the only step splits at; "" for any other step
};

}  // namespace lamina
