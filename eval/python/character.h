#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lamina {

/// A character and how many bytes of UTF-8 it takes; a byte that begins none stands for itself.
struct Character {
  std::int32_t code;
  std::size_t bytes;
};

/// The first character of a text that is not empty.
Character first_character(std::string_view text);

}  // namespace lamina
