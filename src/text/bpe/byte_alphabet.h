#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace lamina {

/// GPT-2's byte alphabet (bytes_to_unicode), in which byte-level vocabularies are written: one
/// printable character per byte. A byte that is a visible character of Latin-1 maps to that
/// character, the others map to U+0100 and following, in order.
char32_t letter_of_byte(unsigned char byte);

/// The bytes of a text in that alphabet; nothing if it has a character outside the alphabet.
std::optional<std::string> bytes_of_letters(std::string_view letters);

/// The bytes as a text in that alphabet.
std::string letters_of_bytes(std::string_view bytes);

}  // namespace lamina
