#pragma once
#include <filesystem>
#include <functional>
#include <vector>

#include "lamina/core/json_lines.h"

namespace lamina {

/// Calls `row` with every row of a file of records, in order, as a JSON object: JSON lines, comma-
/// or tab-separated values with a header (all values are text), Parquet, Arrow (stream or file);
/// endings and compression as data_file.h has them. Of the state.json of a data set that `datasets`
/// saved with an indices mapping, the rows that the mapping names, in its order. Lists and structs
/// of a column are JSON arrays and objects. Memory holds one row, or one batch of a columnar file.
/// Throws Error naming file, line or row, and reason where the file is damaged or truncated.
void for_each_row(const std::filesystem::path& file, const std::function<void(Json&&)>& row);

/// Whether for_each_row reads the file, by the ending of its name.
bool has_columns(const std::filesystem::path& file);

/// Whether the file's documents are read one after the other (text/documents.h), not cut out of a
/// memory map: has_columns, or compressed text.
bool is_row_file(const std::filesystem::path& file);

/// The files whose bytes decide the rows: the file itself, but for the state.json of an indices
/// mapping the Arrow files of data, then of indices.
std::vector<std::filesystem::path> backing_files(const std::filesystem::path& file);

}  // namespace lamina
