#include "lamina/text/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace lamina {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The second byte carries the exceptions: overlong E0 and F0, surrogates ED, too large F4.
bool is_second_byte(unsigned char lead, unsigned char second) {
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return second >= low && second <= high;
}

/// Of the character that begins with this byte; 0 where none does.
std::size_t bytes_of_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

/// How many bytes of one well-formed character `rest` begins with: all of it, a part or none.
std::size_t begun_bytes(std::string_view rest) {
  const auto lead = static_cast<unsigned char>(rest[0]);
  const std::size_t whole = bytes_of_lead(lead);
  if (whole < 2 || rest.size() < 2) return std::min<std::size_t>(whole, 1);
  if (!is_second_byte(lead, static_cast<unsigned char>(rest[1]))) return 1;
  std::size_t bytes = 2;
  while (bytes < std::min(whole, rest.size()) && is_continuation(rest[bytes])) ++bytes;
  return bytes;
}

/// Bytes of the well-formed character that `rest` begins with; 0 when there is none.
std::size_t character_bytes(std::string_view rest) {
  const std::size_t whole = bytes_of_lead(static_cast<unsigned char>(rest[0]));
  return begun_bytes(rest) == whole ? whole : 0;
}

/// From `at` on past whole words of ASCII, eight bytes at once.
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
    // A word that holds anything else, or the last few bytes: character by character.
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
    if (begun_bytes(rest) == rest.size() && character_bytes(rest) == 0) return at;
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
    text.remove_prefix(std::max<std::size_t>(begun_bytes(text), 1));
  }
  return valid;
}

std::size_t next_character_start(std::string_view text, std::size_t at) {
  while (at < text.size() && is_continuation(text[at])) ++at;
  return at;
}

}  // namespace lamina
