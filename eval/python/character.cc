#include "character.h"

#include <utf8proc.h>

#include <algorithm>

namespace lamina {

Character first_character(std::string_view text) {
  utf8proc_int32_t code = 0;
  const auto bytes =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &code);
  if (bytes < 1) return {static_cast<unsigned char>(text[0]), 1};
  return {code, static_cast<std::size_t>(bytes)};
}

}  // namespace lamina
