#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace lamina {

/// The offset of the first sequence that is not well-formed UTF-8 (Unicode standard, table 3-7: no
/// overlong forms, no surrogates, nothing above U+10FFFF), or text.size() if the text is valid.
std::size_t first_invalid_utf8(std::string_view text);

/// The offset of a character that the end of the text cuts off, so that further bytes could
/// complete it; text.size() if there is none.
std::size_t incomplete_character_start(std::string_view text);

/// U+FFFD, the replacement for bytes that are not text.
constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// The text with one U+FFFD for each maximal subpart of an ill-formed sequence (Unicode standard,
/// section 3.9), like Python's errors="replace".
std::string replace_invalid_utf8(std::string_view text);

/// The first offset at or after `at` at which a character begins, or text.size().
std::size_t next_character_start(std::string_view text, std::size_t at);

/// Versions of the Unicode tables for patterns (PCRE2) and for normal forms (utf8proc). With other
/// versions, the same tokenizer may give other ids for rare characters.
std::string unicode_versions();

}  // namespace lamina
