#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace lamina {

// Python's str methods on UTF-8, because lm-evaluation-harness builds its prompts with them. They
// count code points, not bytes, and use Python's definition of whitespace. Text must be valid
// UTF-8.

/// str.isspace: one of 29 characters, which include U+0085, U+00A0 and U+001C to U+001F.
bool is_python_space(std::int32_t character);

/// str.lstrip(), str.rstrip() and str.strip(); the results are views of `text`.
std::string_view python_lstrip(std::string_view text);
std::string_view python_rstrip(std::string_view text);
std::string_view python_strip(std::string_view text);

/// str.capitalize(): the first character in title case, all others in lower case, with Unicode's
/// full mappings: one character may become three, and a capital sigma at the end of a word becomes
/// a final sigma.
std::string python_capitalize(std::string_view text);

/// len(text): the number of code points.
std::int64_t python_length(std::string_view text);

/// len(re.split(r"\s+", text)): the number of runs of whitespace plus one.
std::int64_t python_split_fields(std::string_view text);

/// text.replace(old, by): every occurrence, from left to right, without overlap. `old` must not be
/// empty.
std::string python_replace(std::string_view text, std::string_view old, std::string_view by);

}  // namespace lamina
