#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "files/saved_dataset.h"
#include "lamina/core/json_lines.h"

namespace lamina {

/// Rows of a saved data set in the order of its indices mapping. The Arrow files are mapped, not
/// read into memory: memory holds their batches' positions and one batch of indices (compressed
/// batches, which `datasets` does not write, are held whole, at most 8 GiB of a file). Throws Error
/// naming file and reason: damage, an index without a row, a column as columnar_file.h says.
void for_each_indexed_row(const SavedDataset& saved, const std::function<void(Json&&)>& row);

/// As for_each_columnar_text.
void for_each_indexed_text(const SavedDataset& saved, const std::string& column,
                           const std::function<void(std::optional<std::string_view>)>& text);

}  // namespace lamina
