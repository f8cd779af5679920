#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lamina/core/json_lines.h"

namespace lamina {

/// Columns on disk: Parquet, or Arrow IPC as a stream or a file.
enum class ColumnarFormat { kParquet, kArrow };

/// What is read. `bytes` are the content where there is no file, only memory (tests of damage).
struct ColumnarSource {
  ColumnarFormat format;
  std::string name;  ///< path of the file; stands in front of every message
  std::optional<std::string_view> bytes = std::nullopt;
  std::int64_t max_memory_bytes = std::int64_t{8} << 30;  ///< more is an error: damage asks for any
};

/// Calls `row` with every row as an object of its columns. Throws Error naming file, column or row,
/// and reason.
void for_each_columnar_row(const ColumnarSource& source, const std::function<void(Json&&)>& row);

/// Calls `text` with every value of one column of texts, not checked to be UTF-8 and valid during
/// the call; none stands for null. Reads that column alone.
void for_each_columnar_text(const ColumnarSource& source, const std::string& column,
                            const std::function<void(std::optional<std::string_view>)>& text);

}  // namespace lamina
