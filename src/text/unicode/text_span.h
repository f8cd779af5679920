#pragma once
#include <cstddef>
#include <string_view>

namespace lamina {

/// Bytes [begin, end) of a text; both are byte offsets.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The bytes of the span. Requires span.end <= text.size().
inline std::string_view slice(std::string_view text, TextSpan span) {
  return text.substr(span.begin, span.end - span.begin);
}

}  // namespace lamina
