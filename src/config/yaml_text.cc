#include "yaml_text.h"

#include <spdlog/fmt/fmt.h>

#include <array>

#include "message.h"

namespace lamina {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  ///< 0: not UTF-8
};

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

/// RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF.
CodePoint decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = sequence_length(lead);
  if (length == 0 || length > text.size()) return {};
  if (length == 1) return {lead, 1};
  auto value = static_cast<char32_t>(lead & (0x7F >> length));
  for (const char c : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte & 0x3F);
  }
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value < kSmallest[length] || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

/// The line, before its line end, holds something that a tab in front of it would indent.
bool has_content(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first != std::string_view::npos && line[first] != '#';
}

void check_line(std::string_view line, int number, const TextPlace& where) {
  const std::size_t indented = line.find_first_not_of(' ');
  if (indented != std::string_view::npos && line[indented] == '\t' && has_content(line)) {
    fail(where.at(number, static_cast<int>(indented) + 1),
         "a tab in the indentation; indent with spaces");
  }
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t length = line[at] == '\t' ? 1 : printable_length(line.substr(at));
    if (length == 0) {
      const bool utf8 = decode(line.substr(at)).length > 0;
      fail(where.at(number, static_cast<int>(at) + 1),
           fmt::format("byte 0x{:02x} is {}; a configuration is UTF-8 text",
                       static_cast<unsigned char>(line[at]),
                       utf8 ? "a control character" : "not valid UTF-8"));
    }
    at += length;
  }
}

}  // namespace

std::size_t printable_length(std::string_view text) {
  const CodePoint point = decode(text);
  return is_control(point.value) ? 0 : point.length;
}

std::string checked_text(std::string_view text, const TextPlace& where) {
  if (text.size() > kMaxConfigBytes) {
    fail(where.at(1, 1), fmt::format("{} bytes are too many for a configuration; {} are allowed",
                                     text.size(), kMaxConfigBytes));
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string checked;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const bool last = end == std::string_view::npos;
    std::string_view line = text.substr(0, end);
    if (!last && line.ends_with('\r')) line.remove_suffix(1);
    check_line(line, number, where);
    checked.append(line);
    checked += '\n';  // after the last line too: at an end without one yaml-cpp loses its place
    text.remove_prefix(last ? text.size() : end + 1);
  }
  return checked;
}

}  // namespace lamina
