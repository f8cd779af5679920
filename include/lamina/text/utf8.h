#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace lamina {

/// Where the text stops being well-formed UTF-8 (Unicode standard, table 3-7: no overlong forms, no
/// surrogates, nothing above U+10FFFF): the offset of the first bad sequence, or text.size().
std::size_t first_invalid_utf8(std::string_view text);

/// Where a character begins that the text's end cuts off: a further byte could still belong to it.
/// text.size() where there is none.
std::size_t incomplete_character_start(std::string_view text);

/// U+FFFD, which stands for what is not text.
constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// The text with one U+FFFD for each maximal part of a character that is not UTF-8 (Unicode
/// standard, section 3.9), as Python's errors="replace" has it.
std::string replace_invalid_utf8(std::string_view text);

/// The first place from `at` on where a character begins, or text.size().
std::size_t next_character_start(std::string_view text, std::size_t at);

/// Versions of the Unicode tables that patterns and normal forms go by; with others, the same
/// tokenizer may give other ids for rare characters.
std::string unicode_versions();

}  // namespace lamina
