#pragma once
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/writer.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lamina {

/// A column of texts, where none stands for null.
inline std::shared_ptr<arrow::Array> text_array(
    const std::vector<std::optional<std::string>>& texts) {
  arrow::StringBuilder builder;
  for (const auto& text : texts) {
    if (!(text ? builder.Append(*text) : builder.AppendNull()).ok()) std::abort();
  }
  return builder.Finish().ValueOrDie();
}

/// Writes an Arrow stream of one column, as `datasets` does; batches of `batch_rows`.
inline void write_arrow(const std::filesystem::path& path, const std::string& column,
                        const std::shared_ptr<arrow::Array>& values, std::int64_t batch_rows = 4) {
  std::filesystem::create_directories(path.parent_path());
  const auto table =
      arrow::Table::Make(arrow::schema({arrow::field(column, values->type())}), {values});
  const auto stream = arrow::io::FileOutputStream::Open(path.string()).ValueOrDie();
  const auto writer = arrow::ipc::MakeStreamWriter(stream, table->schema()).ValueOrDie();
  if (!writer->WriteTable(*table, batch_rows).ok() || !writer->Close().ok()) std::abort();
}

inline void write_arrow_texts(const std::filesystem::path& path,
                              const std::vector<std::string>& texts) {
  arrow::StringBuilder builder;
  if (!builder.AppendValues(texts).ok()) std::abort();
  write_arrow(path, "text", builder.Finish().ValueOrDie());
}

inline void write_arrow_indices(const std::filesystem::path& path,
                                const std::vector<std::uint64_t>& indices) {
  arrow::UInt64Builder builder;
  if (!builder.AppendValues(indices).ok()) std::abort();
  write_arrow(path, "indices", builder.Finish().ValueOrDie());
}

}  // namespace lamina
