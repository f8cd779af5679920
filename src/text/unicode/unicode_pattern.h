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

/// A regular expression over well-formed UTF-8, compiled to machine code. Its language is the part
/// of Oniguruma's (what Hugging Face `tokenizers` reads) that means the same here or is translated;
/// anything else is refused. Immutable: threads may share one.
class UnicodePattern {
 public:
  /// Throws Error saying what of the pattern is not understood.
  explicit UnicodePattern(std::string_view pattern);

  /// The next of all matches in a text: `match` is the one before, or nothing before the first.
  /// False when there is none. A match may be empty, but not right behind the one before.
  /// Throws Error where the pattern takes too many steps on this text.
  bool find_next(std::string_view text, std::optional<TextSpan>& match) const;

 private:
  bool find_from(std::string_view text, std::size_t from, std::optional<TextSpan>& match) const;

  std::shared_ptr<pcre2_real_code_8> code_;
};

/// What a step looks for: a text as it stands, or a pattern.
using TextPattern = std::variant<std::string, UnicodePattern>;

/// As UnicodePattern::find_next, of a text that must not be empty.
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

/// The same expression in PCRE2's language (options UTF, UCP and MULTILINE). Throws as above.
std::string to_pcre2(std::string_view oniguruma);

}  // namespace lamina
