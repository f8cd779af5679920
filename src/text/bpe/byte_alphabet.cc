#include "byte_alphabet.h"

#include <array>

#include "unicode/code_points.h"

namespace lamina {
namespace {

constexpr bool is_visible(int byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD);
}

constexpr std::array<char32_t, 256> kLetters = [] {
  std::array<char32_t, 256> letters{};
  char32_t next = 0x100;
  for (int byte = 0; byte < 256; ++byte) {
    letters[static_cast<std::size_t>(byte)] =
        is_visible(byte) ? static_cast<char32_t>(byte) : next++;
  }
  return letters;
}();

constexpr std::size_t kEnd = 0x144;  // one past the last letter

/// By letter, its byte; -1 for a character outside the alphabet.
constexpr std::array<int, kEnd> kBytes = [] {
  std::array<int, kEnd> bytes{};
  bytes.fill(-1);
  for (int byte = 0; byte < 256; ++byte) bytes[kLetters[static_cast<std::size_t>(byte)]] = byte;
  return bytes;
}();

}  // namespace

char32_t letter_of_byte(unsigned char byte) { return kLetters[byte]; }

std::optional<std::string> bytes_of_letters(std::string_view letters) {
  std::string bytes;
  for (std::size_t at = 0; at < letters.size();) {
    const std::string_view letter = character_at(letters, at);
    const char32_t code_point = code_point_of(letter);
    if (code_point >= kEnd || kBytes[code_point] < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(kBytes[code_point]));
    at += letter.size();
  }
  return bytes;
}

std::string letters_of_bytes(std::string_view bytes) {
  std::string letters;
  for (const char byte : bytes) {
    append_utf8(letters, letter_of_byte(static_cast<unsigned char>(byte)));
  }
  return letters;
}

}  // namespace lamina
