#pragma once
#include <algorithm>
#include <string>

namespace lamina {

/// ASCII letters in lower case; all other bytes as they are.
inline std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace lamina
