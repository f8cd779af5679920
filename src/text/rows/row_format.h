#pragma once
#include <filesystem>

#include "columnar_file.h"
#include "lamina/text/data_file.h"

namespace lamina {

/// Whether a kind of file is columnar, not line by line.
inline bool is_columnar(FileKind kind) {
  return kind == FileKind::kParquet || kind == FileKind::kArrow;
}

/// The source for a file whose kind is columnar.
inline ColumnarSource columnar_source(const std::filesystem::path& file) {
  const bool is_parquet = file_kind(file) == FileKind::kParquet;
  return {is_parquet ? ColumnarFormat::kParquet : ColumnarFormat::kArrow, file.string()};
}

}  // namespace lamina
