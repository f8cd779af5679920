#pragma once
#include <optional>
#include <string_view>

#include "columnar_file.h"

namespace lamina {

constexpr const char* kRowFileEndings =
    ".jsonl, .json (and .gz or .zst behind them), .parquet, .arrow";

/// By the ending of a file's name.
bool is_json_lines(std::string_view name);
std::optional<ColumnarFormat> columnar_format(std::string_view name);

}  // namespace lamina
