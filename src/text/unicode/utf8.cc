#include "lamina/text/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace lamina {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The second byte excludes overlong forms (E0, F0), surrogates (ED) and code points above U+10FFFF
/// (F4).
bool is_second_byte(unsigned char lead, unsigned char second) {
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return second >= low && second <= high;
}

/// The number of bytes of a character with this first byte; 0 if no character begins with it.
std::size_t bytes_of_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

/// The length of the longest prefix of `rest` that is a well-formed character or the start of one.
std::size_t well_formed_prefix_bytes(std::string_view rest) {
  const auto lead = static_cast<unsigned char>(rest[0]);
  const std::size_t whole = bytes_of_lead(lead);
  if (whole < 2 || rest.size() < 2) return std::min<std::size_t>(whole, 1);
  if (!is_second_byte(lead, static_cast<unsigned char>(rest[1]))) return 1;
  std::size_t bytes = 2;
  while (bytes < std::min(whole, rest.size()) && is_continuation(rest[bytes])) ++bytes;
  return bytes;
}

/// The number of bytes of the well-formed character at the start of `rest`; 0 if there is none.
std::size_t character_bytes(std::string_view rest) {
  const std::size_t whole = bytes_of_lead(static_cast<unsigned char>(rest[0]));
  return well_formed_prefix_bytes(rest) == whole ? whole : 0;
}

/// Skips ASCII from `at` on, eight bytes at a time; the result may have ASCII after it.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  for (std::uint64_t word; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080) != 0) break;
  }
  return at;
}

}  // namespace

std::size_t first_invalid_utf8(std::string_view text) {
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
    // Eight bytes that are not all ASCII, or the last few bytes: character by character.
    for (const std::size_t end = at + 8; at < end && at < text.size();) {
      const std::size_t bytes = character_bytes(text.substr(at));
      if (bytes == 0) return at;
      at += bytes;
    }
  }
  return text.size();
}

std::size_t incomplete_character_start(std::string_view text) {
  constexpr std::size_t kMaxCharacterBytes = 4;
  const std::size_t first = text.size() - std::min(text.size(), kMaxCharacterBytes - 1);
  for (std::size_t at = first; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (well_formed_prefix_bytes(rest) == rest.size() && character_bytes(rest) == 0) return at;
  }
  return text.size();
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const std::size_t good = first_invalid_utf8(text);
    valid += text.substr(0, good);
    text.remove_prefix(good);
    if (text.empty()) break;
    valid += kReplacementCharacter;
    text.remove_prefix(std::max<std::size_t>(well_formed_prefix_bytes(text), 1));
  }
  return valid;
}

std::size_t next_character_start(std::string_view text, std::size_t at) {
  while (at < text.size() && is_continuation(text[at])) ++at;
  return at;
}

}  // namespace lamina
