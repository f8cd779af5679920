#pragma once
#include <algorithm>
#include <string>

namespace lamina {

/// Converts ASCII letters to lower case and leaves all other bytes unchanged.
inline std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace lamina
