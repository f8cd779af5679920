#pragma once
#include <cstdint>
#include <string_view>

namespace lamina {

/// The number of words that begin in the text, for word perplexity. A word is a maximal run of
/// bytes that are not ASCII whitespace. `before` is the byte that precedes the text; with it, the
/// counts of the parts of a text add up to the count of the whole.
std::int64_t count_words(std::string_view text, char before = ' ');

}  // namespace lamina
