#include "columnar_reader.h"

#include <arrow/array.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <arrow/util/byte_size.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/schema.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "arrow_json.h"

namespace lamina {
namespace {

constexpr std::int64_t kBatchBytes = 16 << 20;  // of Parquet decoded at once, approximately
constexpr std::int64_t kMaxBatchRows = 1 << 16;

/// A string column as bytes, so that UTF-8 is checked row by row, with the row in the message.
arrow::Result<std::shared_ptr<arrow::Array>> as_bytes(const std::shared_ptr<arrow::Array>& array) {
  switch (array->type_id()) {
    case arrow::Type::STRING:
      return array->View(arrow::binary());
    case arrow::Type::LARGE_STRING:
      return array->View(arrow::large_binary());
    case arrow::Type::STRING_VIEW:
      return array->View(arrow::binary_view());
    default:
      return array;
  }
}

bool is_longer(const arrow::ArrayData& array, std::int64_t max_length) {
  return array.length > max_length ||
         (array.dictionary && is_longer(*array.dictionary, max_length)) ||
         std::any_of(array.child_data.begin(), array.child_data.end(),
                     [&](const auto& child) { return is_longer(*child, max_length); });
}

/// Values of a null type take no bytes, so a damaged file may claim any number of them, as rows or
/// inside a row; every other value takes at least one bit.
bool claims_too_much(const arrow::RecordBatch& batch) {
  const std::int64_t max_length = kMaxBatchRows + 8 * arrow::util::TotalBufferSize(batch);
  if (batch.num_rows() < 0 || batch.num_rows() > max_length) return true;
  const arrow::ArrayDataVector& columns = batch.column_data();
  return std::any_of(columns.begin(), columns.end(),
                     [&](const auto& column) { return is_longer(*column, max_length); });
}

Json row_json_without_location(const arrow::RecordBatch& batch, std::int64_t row) {
  Json object = Json::object();
  for (int column = 0; column < batch.num_columns(); ++column) {
    Json& value = object[batch.schema()->field(column)->name()];
    try {
      value = value_json(*batch.column(column), row);
    } catch (const Error& error) {
      throw Error(
          fmt::format("column \"{}\": {}", batch.schema()->field(column)->name(), error.what()));
    }
  }
  return object;
}

}  // namespace

std::string single_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

ColumnarFile::ColumnarFile(const ColumnarSource& source, std::span<const std::string> columns)
    : source_(source), pool_(source.max_memory_bytes) {
  guarded([&] {
    if (source.format == ColumnarFormat::kParquet) {
      open_parquet(columns);
    } else {
      open_arrow();
    }
    select(columns);
  });
}

/// Arrow's buffers are used as they are in the file, so the file is mapped. Parquet's are decoded,
/// so reading takes less memory than mapping.
std::shared_ptr<arrow::io::RandomAccessFile> ColumnarFile::open() const {
  if (source_.bytes) {
    return std::make_shared<arrow::io::BufferReader>(
        arrow::Buffer::FromString(std::string(*source_.bytes)));
  }
  if (source_.format == ColumnarFormat::kParquet) {
    return value(arrow::io::ReadableFile::Open(source_.name));
  }
  return value(arrow::io::MemoryMappedFile::Open(source_.name, arrow::io::FileMode::READ));
}

void ColumnarFile::open_parquet(std::span<const std::string> columns) {
  parquet::ReaderProperties properties(&pool_);
  properties.enable_buffered_stream();
  properties.set_page_checksum_verification(true);
  parquet::arrow::FileReaderBuilder builder;
  check(builder.Open(open(), properties));
  parquet::ArrowReaderProperties reading(false);
  reading.set_pre_buffer(false);
  check(builder.memory_pool(&pool_)->properties(reading)->Build(&parquet_));
  parquet_->set_batch_size(batch_rows());
  std::vector<int> row_groups(static_cast<std::size_t>(parquet_->num_row_groups()));
  std::iota(row_groups.begin(), row_groups.end(), 0);
  stream_ = value(parquet_->GetRecordBatchReader(row_groups, leaves_of(columns)));
}

/// The number of rows that decode to about kBatchBytes, in the row group with the largest rows.
std::int64_t ColumnarFile::batch_rows() const {
  const auto metadata = parquet_->parquet_reader()->metadata();
  std::int64_t rows = kMaxBatchRows;
  for (int i = 0; i < metadata->num_row_groups(); ++i) {
    const auto group = metadata->RowGroup(i);
    const std::int64_t row_bytes =
        group->total_byte_size() / std::max<std::int64_t>(1, group->num_rows()) + 1;
    rows = std::min(rows, kBatchBytes / std::max<std::int64_t>(1, row_bytes));
  }
  return std::max<std::int64_t>(1, rows);
}

/// Parquet numbers the leaves of nested columns. `select` reports missing columns.
std::vector<int> ColumnarFile::leaves_of(std::span<const std::string> columns) const {
  const auto* schema = parquet_->parquet_reader()->metadata()->schema();
  const auto is_wanted = [&](int leaf) {
    return columns.empty() || std::find(columns.begin(), columns.end(),
                                        schema->GetColumnRoot(leaf)->name()) != columns.end();
  };
  std::vector<int> leaves;
  for (int leaf = 0; leaf < schema->num_columns(); ++leaf) {
    if (is_wanted(leaf)) leaves.push_back(leaf);
  }
  return leaves;
}

void ColumnarFile::open_arrow() {
  const auto file = open();
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  options.memory_pool = &pool_;
  options.use_threads = false;
  // Other writers may start values at unaligned offsets.
  options.ensure_alignment = arrow::ipc::Alignment::kDataTypeSpecificAlignment;
  constexpr std::string_view kFileMagic = "ARROW1";
  const auto start = value(file->ReadAt(0, kFileMagic.size()));
  if (start->size() == 0) fail("the file is empty");
  if (static_cast<std::string_view>(*start) == kFileMagic) {
    blocks_ = value(arrow::ipc::RecordBatchFileReader::Open(file, options));
  } else {
    stream_ = value(arrow::ipc::RecordBatchStreamReader::Open(file, options));
  }
}

void ColumnarFile::select(std::span<const std::string> columns) {
  schema_ = blocks_ ? blocks_->schema() : stream_->schema();
  // Parquet's stream has only the requested columns, but the error lists all.
  std::shared_ptr<arrow::Schema> all = schema_;
  if (parquet_) check(parquet_->GetSchema(&all));
  std::vector<int> wanted;
  for (const std::string& column : columns) {
    wanted.push_back(schema_->GetFieldIndex(column));
    if (wanted.back() >= 0) continue;
    fail(fmt::format("no column \"{}\", or more than one; the columns are {}", column,
                     fmt::join(all->field_names(), ", ")));
  }
  if (columns.empty()) {
    wanted.resize(static_cast<std::size_t>(schema_->num_fields()));
    std::iota(wanted.begin(), wanted.end(), 0);
  }
  selected_ = std::move(wanted);
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const int i : selected_) fields.push_back(schema_->field(i));
  schema_ = arrow::schema(fields);
}

BatchPointer ColumnarFile::read() {
  if (!blocks_) return value(stream_->Next());
  if (next_block_ == blocks_->num_record_batches()) return nullptr;
  return value(blocks_->ReadRecordBatch(next_block_++));
}

BatchPointer ColumnarFile::next() {
  return guarded([&]() -> BatchPointer {
    rows_before_ = rows_read_;
    const BatchPointer batch = read();
    if (!batch) return nullptr;
    rows_read_ += batch->num_rows();
    return checked(value(batch->SelectColumns(selected_)));
  });
}

/// Finds damage inside a batch here, before it can cause a crash.
BatchPointer ColumnarFile::checked(const BatchPointer& batch) const {
  if (claims_too_much(*batch)) {
    fail(fmt::format("rows {} to {} are damaged: they contain no data", rows_before_ + 1,
                     rows_read_));
  }
  arrow::ArrayVector columns;
  for (const auto& column : batch->columns()) columns.push_back(value(as_bytes(column)));
  for (const auto& column : columns) {
    const arrow::Status status = column->ValidateFull();
    if (status.ok() && column->length() == batch->num_rows()) continue;
    fail(fmt::format("rows {} to {} are damaged: {}", rows_before_ + 1, rows_read_,
                     single_line(status.ToStringWithoutContextLines())));
  }
  return arrow::RecordBatch::Make(schema_, batch->num_rows(), std::move(columns));
}

void check_has_json(const ColumnarFile& file) {
  for (const auto& field : file.schema().fields()) {
    const std::string type = type_without_json(*field->type());
    if (type.empty()) continue;
    file.fail(fmt::format("column \"{}\" has type {}, which has no JSON equivalent", field->name(),
                          type));
  }
}

void check_is_text(const ColumnarFile& file) {
  const arrow::Field& field = *file.schema().field(0);
  if (is_text_type(*field.type())) return;
  file.fail(fmt::format("column \"{}\" has type {}; expected text", field.name(),
                        field.type()->ToString()));
}

Json row_json(const ColumnarFile& file, const arrow::RecordBatch& batch, std::int64_t i,
              std::int64_t number) {
  try {
    return row_json_without_location(batch, i);
  } catch (const Error& error) {
    file.fail(fmt::format("row {}: {}", number, error.what()));
  }
}

}  // namespace lamina
