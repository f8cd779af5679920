#include "python_text.h"

#include <algorithm>

#include "character.h"

namespace lamina {
namespace {

/// Offset of the last character of `text`, which must not be empty.
std::size_t last_character(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace

bool is_python_space(std::int32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

std::string_view python_lstrip(std::string_view text) {
  while (!text.empty()) {
    const Character first = first_character(text);
    if (!is_python_space(first.code)) break;
    text.remove_prefix(first.bytes);
  }
  return text;
}

std::string_view python_rstrip(std::string_view text) {
  while (!text.empty()) {
    const std::size_t last = last_character(text);
    if (!is_python_space(first_character(text.substr(last)).code)) break;
    text = text.substr(0, last);
  }
  return text;
}

std::string_view python_strip(std::string_view text) { return python_rstrip(python_lstrip(text)); }

std::int64_t python_length(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

std::int64_t python_split_fields(std::string_view text) {
  std::int64_t fields = 1;
  bool in_space = false;
  while (!text.empty()) {
    const Character c = first_character(text);
    const bool space = is_python_space(c.code);
    if (space && !in_space) ++fields;
    in_space = space;
    text.remove_prefix(c.bytes);
  }
  return fields;
}

std::string python_replace(std::string_view text, std::string_view old, std::string_view by) {
  std::string replaced;
  for (std::size_t at = text.find(old); at != std::string_view::npos; at = text.find(old)) {
    replaced.append(text.substr(0, at)).append(by);
    text.remove_prefix(at + old.size());
  }
  return replaced.append(text);
}

}  // namespace lamina
