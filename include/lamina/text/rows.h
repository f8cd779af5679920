#pragma once
#include <filesystem>
#include <functional>

#include "lamina/core/json_lines.h"

namespace lamina {

/// Calls `row` with every row of a file of records, in order, as a JSON object: JSON lines (.jsonl,
/// .json; with .gz or .zst behind), Parquet (.parquet), Arrow streams (.arrow). Lists and structs
/// of a column are JSON arrays and objects. Memory holds one row, or one batch of a columnar file.
/// Throws Error naming file, line or row, and reason where the file is damaged or truncated.
void for_each_row(const std::filesystem::path& file, const std::function<void(Json&&)>& row);

/// Whether the file's name has an ending that for_each_row reads.
bool is_row_file(const std::filesystem::path& file);

}  // namespace lamina
