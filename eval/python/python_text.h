#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace lamina {

// Python's str methods on UTF-8, by characters and with Python's whitespace (29 of them, among
// them U+0085, U+00A0 and U+001C to U+001F), because the harness's prompts are made with them.
// Text is well-formed UTF-8.

bool is_python_space(std::int32_t character);

std::string_view python_lstrip(std::string_view text);
std::string_view python_rstrip(std::string_view text);
std::string_view python_strip(std::string_view text);

/// str.capitalize: the first character in title case, all others in lower case, by Unicode's full
/// mappings (one character may become three, a final capital sigma is the final one).
std::string python_capitalize(std::string_view text);

/// len(str): characters, not bytes.
std::int64_t python_length(std::string_view text);

/// len(re.split(r"\s+", text)): one more than there are runs of whitespace.
std::int64_t python_split_fields(std::string_view text);

/// Every occurrence from left to right, none overlapping another.
std::string python_replace(std::string_view text, std::string_view old, std::string_view by);

}  // namespace lamina
