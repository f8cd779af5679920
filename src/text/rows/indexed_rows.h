#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "files/saved_dataset.h"
#include "lamina/core/json_lines.h"

namespace lamina {

/// Calls `row` with the rows of a saved data set, in the order of its indices mapping. The Arrow
/// files are memory-mapped: memory holds the positions of their batches and one batch of indices.
/// Compressed batches, which `datasets` does not write, are decompressed into memory, at most 8 GiB
/// per file.
/// Throws Error with file and reason on damage, on an index out of range, and as columnar_file.h
/// says.
void for_each_indexed_row(const SavedDataset& saved, const std::function<void(Json&&)>& row);

/// Like for_each_columnar_text, in the order of the indices mapping.
void for_each_indexed_text(const SavedDataset& saved, const std::string& column,
                           const std::function<void(std::optional<std::string_view>)>& text);

}  // namespace lamina
