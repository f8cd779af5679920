#include "indexed_rows.h"

#include <arrow/array.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "arrow_json.h"
#include "columnar_reader.h"
#include "lamina/core/error.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// A batch of one of several files, and the number of rows before it in all of them together.
struct BatchWithOffset {
  const ColumnarFile* file;
  BatchPointer batch;
  std::int64_t first_row;
};

/// Arrow files as one table with random access to rows by number, from 0.
class ArrowTable {
 public:
  ArrowTable(std::span<const fs::path> files, std::span<const std::string> columns) {
    for (const fs::path& file : files) add(file, columns);
  }

  std::int64_t num_rows() const { return num_rows_; }
  std::span<const std::unique_ptr<ColumnarFile>> files() const { return files_; }

  /// The batch that contains the row; changes `row` to the index in that batch.
  const BatchWithOffset& batch_of(std::int64_t& row) const {
    const auto after = std::upper_bound(
        batches_.begin(), batches_.end(), row,
        [](std::int64_t wanted, const BatchWithOffset& batch) { return wanted < batch.first_row; });
    row -= std::prev(after)->first_row;
    return *std::prev(after);
  }

 private:
  void add(const fs::path& path, std::span<const std::string> columns) {
    sources_.push_back(
        std::make_unique<ColumnarSource>(ColumnarSource{ColumnarFormat::kArrow, path.string()}));
    files_.push_back(std::make_unique<ColumnarFile>(*sources_.back(), columns));
    while (BatchPointer batch = files_.back()->next()) {
      if (batch->num_rows() == 0) continue;
      const std::int64_t rows = batch->num_rows();
      batches_.push_back({files_.back().get(), std::move(batch), num_rows_});
      num_rows_ += rows;
    }
  }

  std::vector<std::unique_ptr<ColumnarSource>> sources_;
  std::vector<std::unique_ptr<ColumnarFile>> files_;
  std::vector<BatchWithOffset> batches_;
  std::int64_t num_rows_ = 0;
};

std::int64_t checked_index(const Json& value, const ColumnarFile& file, std::int64_t number,
                           std::int64_t num_rows) {
  const bool is_index = value.is_number_unsigned() || (value.is_number_integer() && value >= 0);
  if (is_index && value.get<std::uint64_t>() < static_cast<std::uint64_t>(num_rows)) {
    return value.get<std::int64_t>();
  }
  file.fail(fmt::format("row {}: index {}; expected 0 to {}", number, value.dump(), num_rows - 1));
}

void for_each_index(std::span<const fs::path> files, std::int64_t num_rows,
                    const std::function<void(std::int64_t)>& action) {
  const std::string column = "indices";
  for (const fs::path& path : files) {
    const ColumnarSource source{ColumnarFormat::kArrow, path.string()};
    ColumnarFile file(source, {&column, 1});
    while (const BatchPointer batch = file.next()) {
      const arrow::Array& values = *batch->column(0);
      for (std::int64_t i = 0; i < values.length(); ++i) {
        action(checked_index(value_json(values, i), file, file.rows_before() + i + 1, num_rows));
      }
    }
  }
}

}  // namespace

void for_each_indexed_row(const SavedDataset& saved, const std::function<void(Json&&)>& row) {
  const ArrowTable table(saved.data, {});
  for (const auto& file : table.files()) check_has_json(*file);
  for_each_index(saved.indices, table.num_rows(), [&](std::int64_t index) {
    const std::int64_t number = index + 1;
    const BatchWithOffset& found = table.batch_of(index);
    row(row_json(*found.file, *found.batch, index, number));
  });
}

void for_each_indexed_text(const SavedDataset& saved, const std::string& column,
                           const std::function<void(std::optional<std::string_view>)>& text) {
  const ArrowTable table(saved.data, {&column, 1});
  for (const auto& file : table.files()) check_is_text(*file);
  for_each_index(saved.indices, table.num_rows(), [&](std::int64_t index) {
    const BatchWithOffset& found = table.batch_of(index);
    text(text_value(*found.batch->column(0), index));
  });
}

}  // namespace lamina
