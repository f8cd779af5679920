#include "lamina/core/file_name.h"

namespace lamina {

bool is_file_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxFileNameBytes && file_safe(std::string(text)) == text;
}

std::string file_safe(std::string text) {
  for (char& letter : text) {
    const bool digit = letter >= '0' && letter <= '9';
    const bool alphabetic = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    if (!digit && !alphabetic && letter != '-' && letter != '_' && letter != '.') letter = '_';
  }
  if (text.starts_with('.')) text[0] = '_';
  return text;
}

}  // namespace lamina
