#pragma once
#include <string>
#include <string_view>

namespace lamina {

/// File systems allow 255 bytes; the rest is for endings such as ".partial".
constexpr std::size_t kMaxFileNameBytes = 200;

/// Whether a text that a user chose names one file or folder safely, in whatever folder it is put:
/// 1 to kMaxFileNameBytes letters, digits, - _ and ., of which the first is no dot.
bool is_file_name(std::string_view text);

/// The text with "_" for each character that no file name should have; at any length.
std::string file_safe(std::string text);

}  // namespace lamina
