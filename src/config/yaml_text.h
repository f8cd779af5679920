#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "lamina/config/node.h"

namespace lamina {

/// A larger file is something else that was given by mistake.
constexpr std::size_t kMaxConfigBytes = std::size_t{4} << 20;

/// The place of a text: the start of a file, or one value that has one place.
struct TextPlace {
  Place place;
  bool whole_file;

  Place at(int line, int column) const {
    return whole_file ? Place{place.file, line, column} : place;
  }
};

/// The length of the printable UTF-8 character at the start of `text`, or 0 where there is none:
/// control characters are not printable (nor are line breaks and tabs).
std::size_t printable_length(std::string_view text);

/// The text without byte order mark and with "\n" line ends, after the checks that the YAML parser
/// does not make: size, control bytes, UTF-8, tabs in the indentation. Throws UsageError.
std::string checked_text(std::string_view text, const TextPlace& where);

}  // namespace lamina
