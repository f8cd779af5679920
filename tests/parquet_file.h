#pragma once
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/writer.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace lamina {

/// Writes a Parquet file of one column; row groups of `group_rows`.
inline void write_parquet(const std::filesystem::path& path, const std::string& column,
                          const std::shared_ptr<arrow::Array>& values,
                          std::int64_t group_rows = 4) {
  const auto table =
      arrow::Table::Make(arrow::schema({arrow::field(column, values->type())}), {values});
  const auto stream = arrow::io::FileOutputStream::Open(path.string()).ValueOrDie();
  if (!parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), stream, group_rows).ok() ||
      !stream->Close().ok()) {
    std::abort();
  }
}

}  // namespace lamina
