#pragma once
#include <filesystem>
#include <functional>
#include <vector>

#include "lamina/core/json_lines.h"

namespace lamina {

/// Calls `row` with each row of a file, in order, as a JSON object. Reads JSON lines, comma- or
/// tab-separated values with a header (all values are strings), Parquet and Arrow (stream or file);
/// data_file.h lists endings and compressions. For the state.json of a data set that `datasets`
/// saved with an indices mapping, reads the rows that the mapping selects, in its order. Lists and
/// structs in a column become JSON arrays and objects. Memory holds one row, or one batch of a
/// columnar file.
/// Throws Error with file, line or row, and reason if the file is damaged or truncated, is not a
/// file of rows, or has a column type without a JSON value.
void for_each_row(const std::filesystem::path& file, const std::function<void(Json&&)>& row);

/// Whether for_each_row reads the file, by the ending of its name.
bool has_columns(const std::filesystem::path& file);

/// Whether the file's documents are read as a stream (text/documents.h) instead of from a memory
/// map: true for files with columns and for compressed text.
bool is_row_file(const std::filesystem::path& file);

/// The files whose bytes determine the rows: the file itself; for the state.json of an indices
/// mapping, the Arrow files with the data, then those with the indices.
std::vector<std::filesystem::path> backing_files(const std::filesystem::path& file);

}  // namespace lamina
