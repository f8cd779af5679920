#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lamina {

/// A code point and the length of its UTF-8 encoding. A byte that does not begin a valid character
/// is a character of length 1 with the value of the byte.
struct Character {
  std::int32_t code;
  std::size_t bytes;
};

/// The first character of `text`, which must not be empty.
Character first_character(std::string_view text);

}  // namespace lamina
