#pragma once
#include <cstddef>
#include <memory>
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

  /// The first match of at least one character from `from` on; false when there is none.
  /// Throws Error where the pattern takes too many steps on this text.
  bool find(std::string_view text, std::size_t from, TextSpan& match) const;

 private:
  bool find_even_empty(std::string_view text, std::size_t from, TextSpan& match) const;

  std::shared_ptr<pcre2_real_code_8> code_;
};

/// What a step looks for: a text as it stands, or a pattern.
using TextPattern = std::variant<std::string, UnicodePattern>;

/// The first occurrence from `from` on; false when there is none.
inline bool find(const std::string& wanted, std::string_view text, std::size_t from,
                 TextSpan& match) {
  const std::size_t at = text.find(wanted, from);
  match = {at, at + wanted.size()};
  return at != std::string_view::npos;
}
inline bool find(const UnicodePattern& pattern, std::string_view text, std::size_t from,
                 TextSpan& match) {
  return pattern.find(text, from, match);
}

/// The same expression in PCRE2's language (options UTF, UCP and MULTILINE). Throws as above.
std::string to_pcre2(std::string_view oniguruma);

}  // namespace lamina
