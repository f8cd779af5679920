#pragma once
#include <cstddef>
#include <string_view>

#include "lamina/text/utf8.h"
#include "text_span.h"

namespace lamina {

/// The end of the run of bytes from `begin` on that are not UTF-8.
inline std::size_t invalid_end(std::string_view text, std::size_t begin) {
  constexpr std::size_t kMaxCharacterBytes = 4;
  std::size_t end = begin + 1;
  while (end < text.size() && first_invalid_utf8(text.substr(end, kMaxCharacterBytes)) == 0) ++end;
  return end;
}

/// Calls `on_valid` with each maximal part that is UTF-8 and `on_bytes` with each part between
/// them, in order. No part is empty.
template <class OnValid, class OnBytes>
void for_each_utf8_part(std::string_view text, OnValid on_valid, OnBytes on_bytes) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bad = at + first_invalid_utf8(text.substr(at));
    if (bad > at) on_valid(TextSpan{at, bad});
    if (bad == text.size()) return;
    at = invalid_end(text, bad);
    on_bytes(TextSpan{bad, at});
  }
}

}  // namespace lamina
