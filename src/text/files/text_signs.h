#pragma once
#include <filesystem>
#include <string>

namespace lamina {

/// Whether the ending is one of archives, tables and other formats that are not read, and that as
/// text would be nothing that anybody trains on (.csv.bz2, .zip, .xlsx, .pdf).
bool has_unread_ending(const std::filesystem::path& file);

/// What in the first bytes of the file says that it holds rows, not text: JSON objects, an array of
/// them, the header of a table; "" where nothing does.
std::string sign_of_rows(const std::filesystem::path& file);

/// Throws Error where the file, which was named itself and is of an unknown kind, has an ending
/// that is not read, or a sign of rows: they would become one document full of keys and braces.
void check_is_text(const std::filesystem::path& file);

}  // namespace lamina
