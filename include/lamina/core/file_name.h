#pragma once
#include <string>
#include <string_view>

namespace lamina {

/// File systems allow 255 bytes; the difference is reserved for endings such as ".partial".
constexpr std::size_t kMaxFileNameBytes = 200;

/// Whether a name that a user chose is safe as the name of one file or folder in any directory: 1
/// to kMaxFileNameBytes ASCII letters, digits, - _ and ., the first of which is not a dot. So it
/// can neither leave the directory nor be hidden.
bool is_file_name(std::string_view text);

/// The text with "_" in place of each character that is_file_name does not allow. The length is
/// neither changed nor checked, so different texts may give equal names.
std::string file_safe(std::string text);

}  // namespace lamina
