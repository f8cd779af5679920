#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace lamina {

/// The number of bytes of the character with this first byte, in well-formed UTF-8.
inline std::size_t utf8_bytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// The code point of `character`, which must be exactly one character of well-formed UTF-8.
inline char32_t code_point_of(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  char32_t code_point = character.size() == 1 ? lead : lead & (0x7Fu >> character.size());
  for (const char byte : character.substr(1)) {
    code_point = code_point << 6 | (static_cast<unsigned char>(byte) & 0x3Fu);
  }
  return code_point;
}

/// The bytes of the character of well-formed UTF-8 that begins at `at` < text.size().
inline std::string_view character_at(std::string_view text, std::size_t at) {
  return text.substr(at, utf8_bytes(text[at]));
}

/// The bytes of the character that ends at `end` > 0; up to four bytes if they are not UTF-8.
inline std::string_view character_before(std::string_view text, std::size_t end) {
  std::size_t begin = end - 1;
  while (begin > 0 && end - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
    --begin;
  return text.substr(begin, end - begin);
}

/// Appends the UTF-8 bytes of a code point.
void append_utf8(std::string& text, char32_t code_point);

/// Unicode property White_Space, the meaning of `\s` and of Strip in Hugging Face `tokenizers`.
bool is_white_space(char32_t code_point);

/// General category L: a letter.
bool is_letter(char32_t code_point);

}  // namespace lamina
