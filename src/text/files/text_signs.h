#pragma once
#include <filesystem>
#include <string>

namespace lamina {

/// Whether the ending belongs to an archive, a table or another format that is neither supported
/// nor useful as plain text (.csv.bz2, .zip, .xlsx, .pdf).
bool has_unread_ending(const std::filesystem::path& file);

/// Why the first bytes of a file look like rows instead of text, as the end of a sentence ("begins
/// with a JSON object"): a JSON object, an array of objects, or the header of a table. "" if they
/// do not.
std::string row_format_hint(const std::filesystem::path& file);

/// For a file of an unknown kind that the user named: throws Error if its ending is not supported
/// (has_unread_ending) or its content looks like rows, which would become a single document.
void check_is_text(const std::filesystem::path& file);

}  // namespace lamina
