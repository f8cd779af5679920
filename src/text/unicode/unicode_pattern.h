#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "text_span.h"

struct pcre2_real_code_8;

namespace lamina {

/// A regular expression over well-formed UTF-8, compiled to machine code by PCRE2. The syntax is
/// that of Oniguruma, which Hugging Face `tokenizers` uses, as far as PCRE2 can express it;
/// anything else is refused. Immutable: threads may share one.
class UnicodePattern {
 public:
  /// Throws Error with the part of the pattern that is invalid or not supported.
  explicit UnicodePattern(std::string_view pattern);

  /// Replaces `match`, the previous match or nothing, by the next match in the text; false if there
  /// is none. A match may be empty, but not directly after the previous match.
  /// Throws Error if matching exceeds PCRE2's step limit.
  bool find_next(std::string_view text, std::optional<TextSpan>& match) const;

 private:
  bool find_from(std::string_view text, std::size_t from, std::optional<TextSpan>& match) const;

  std::shared_ptr<pcre2_real_code_8> code_;
};

/// What a step searches for: literal text, or a regular expression.
using TextPattern = std::variant<std::string, UnicodePattern>;

/// Like UnicodePattern::find_next, for literal text, which must not be empty.
inline bool find_next(const std::string& wanted, std::string_view text,
                      std::optional<TextSpan>& match) {
  const std::size_t at = text.find(wanted, match ? match->end : 0);
  match = TextSpan{at, at + wanted.size()};
  return at != std::string_view::npos;
}
inline bool find_next(const UnicodePattern& pattern, std::string_view text,
                      std::optional<TextSpan>& match) {
  return pattern.find_next(text, match);
}

/// Translates an Oniguruma expression to PCRE2 (options UTF, UCP and MULTILINE). Throws Error on
/// syntax that is not supported.
std::string to_pcre2(std::string_view oniguruma);

}  // namespace lamina
