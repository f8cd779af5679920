#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lamina/core/json_lines.h"

namespace lamina {

/// A columnar format: Parquet, or Arrow IPC as a stream or a file.
enum class ColumnarFormat { kParquet, kArrow };

/// What to read: the file `name`, or `bytes` if set (in tests of damaged input).
struct ColumnarSource {
  ColumnarFormat format;
  std::string name;  ///< path of the file; begins every message
  std::optional<std::string_view> bytes = std::nullopt;
  /// A limit, since damaged files may request any amount.
  std::int64_t max_memory_bytes = std::int64_t{8} << 30;
};

/// Calls `row` with each row as an object with its columns, in order. Throws Error with file,
/// column or row, and reason.
void for_each_columnar_row(const ColumnarSource& source, const std::function<void(Json&&)>& row);

/// Calls `text` with each value of a text column, in order; an empty optional is null. The bytes
/// are not checked to be UTF-8 and are valid only during the call. Reads only that column. Throws
/// Error as above, and if the column is missing or is not text.
void for_each_columnar_text(const ColumnarSource& source, const std::string& column,
                            const std::function<void(std::optional<std::string_view>)>& text);

}  // namespace lamina
