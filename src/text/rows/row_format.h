#pragma once
#include <filesystem>

#include "columnar_file.h"
#include "lamina/text/data_file.h"

namespace lamina {

/// Whether the file is one of columns on disk, not of lines.
inline bool is_columnar(FileKind kind) {
  return kind == FileKind::kParquet || kind == FileKind::kArrow;
}

/// Of a file that is_columnar.
inline ColumnarSource columnar_source(const std::filesystem::path& file) {
  const bool is_parquet = file_kind(file) == FileKind::kParquet;
  return {is_parquet ? ColumnarFormat::kParquet : ColumnarFormat::kArrow, file.string()};
}

}  // namespace lamina
