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

/// What becomes of the matches of a splitting pattern, and of the text between them.
enum class SplitBehavior { kIsolated, kRemoved, kMergedWithPrevious, kMergedWithNext, kContiguous };

/// What a splitting step does where PreTokenizer::may_cut: each of its
/// parts ends there; or it does the same on either side as on the whole; or that is not known.
enum class AtSpaces { kUnknown, kSame, kSplits };

/// One step that splits each piece into smaller ones.
struct SplittingStep {
  TextPattern pattern;
  SplitBehavior behavior = SplitBehavior::kIsolated;
  bool invert = false;
  AtSpaces at_spaces = AtSpaces::kUnknown;
};

/// Splits a text into the words that byte pair encoding works on.
class PreTokenizer {
 public:
  /// Reads the "pre_tokenizer" of a tokenizer.json. Throws Error naming what is not supported.
  PreTokenizer(const FileJson& json, const std::string& where);

  /// GPT-2's: what ByteLevel alone with its pattern is.
  static PreTokenizer gpt2();

  /// Whether words are spelled in bytes (ByteLevel).
  bool byte_level() const { return byte_level_; }

  /// What is done to a piece of text before it is split.
  const std::vector<RewritingStep>& rewriting() const { return rewriting_; }

  /// Whether a piece is one word as a whole.
  bool keeps_whole() const { return steps_.empty(); }

  /// Splits in front of each run of `mark` from here on.
  void split_at(const std::string& mark);

  /// The words of a piece, in order; `words` is overwritten.
  void split(std::string_view text, std::vector<TextSpan>& words) const;

  /// Whether a text of bytes may be cut in front of any space that follows something else, in front
  /// of any line feed that follows a letter, and between a line feed that follows no space and a
  /// letter, and each part be split by itself.
  bool may_cut() const;

  /// Whether words end in front of marks and nowhere else.
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
  std::string mark_;  ///< that the only step splits at; "": another step
};

}  // namespace lamina
