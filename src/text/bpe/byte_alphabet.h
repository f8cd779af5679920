#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace lamina {

/// GPT-2's alphabet of printable characters, one a byte: how byte-level vocabularies are written.
/// A byte that is a visible character of Latin-1 is itself; the others are U+0100 and on, in order.
char32_t letter_of_byte(unsigned char byte);

/// The bytes that a text in that alphabet spells; none where it has another character.
std::optional<std::string> bytes_of_letters(std::string_view letters);

/// The text in that alphabet which spells the bytes.
std::string letters_of_bytes(std::string_view bytes);

}  // namespace lamina
