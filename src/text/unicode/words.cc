#include "lamina/text/words.h"

namespace lamina {
namespace {

/// Space, or one of \t \n \v \f \r.
bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

}  // namespace

std::int64_t count_words(std::string_view text, char before) {
  std::int64_t num_words = 0;
  bool after_space = is_space(before);
  for (const char byte : text) {
    const bool space = is_space(byte);
    num_words += after_space && !space;
    after_space = space;
  }
  return num_words;
}

}  // namespace lamina
