#pragma once
#include <arrow/io/interfaces.h>
#include <arrow/ipc/reader.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <parquet/arrow/reader.h>
#include <spdlog/fmt/fmt.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "columnar_file.h"
#include "lamina/core/error.h"

namespace lamina {

using BatchPointer = std::shared_ptr<arrow::RecordBatch>;

/// The libraries' messages may have several lines.
std::string in_one_line(std::string text);

/// Refuses what would take more than the limit: lengths in a damaged file may be any number.
class CappedPool : public arrow::ProxyMemoryPool {
 public:
  explicit CappedPool(std::int64_t max_bytes)
      : ProxyMemoryPool(arrow::system_memory_pool()), max_bytes_(max_bytes) {}

  arrow::Status Allocate(std::int64_t size, std::int64_t alignment, std::uint8_t** out) override {
    if (size > max_bytes_ - bytes_allocated()) return too_much(size);
    return ProxyMemoryPool::Allocate(size, alignment, out);
  }
  arrow::Status Reallocate(std::int64_t old_size, std::int64_t new_size, std::int64_t alignment,
                           std::uint8_t** pointer) override {
    if (new_size - old_size > max_bytes_ - bytes_allocated()) return too_much(new_size);
    return ProxyMemoryPool::Reallocate(old_size, new_size, alignment, pointer);
  }

 private:
  arrow::Status too_much(std::int64_t size) const {
    return arrow::Status::OutOfMemory(
        fmt::format("needs {} bytes at once, allowed are {} in all", size, max_bytes_));
  }

  std::int64_t max_bytes_;
};

/// A file of record batches, opened. Errors of the libraries become Error with the file's name.
class ColumnarFile {
 public:
  /// Reads all columns where none is named. `source` must outlive the file.
  ColumnarFile(const ColumnarSource& source, std::span<const std::string> columns);

  const arrow::Schema& schema() const { return *schema_; }
  /// The next batch of the named columns, checked; nullptr at the end. Must not outlive the file.
  BatchPointer next();
  std::int64_t rows_before() const { return rows_before_; }  ///< in front of the last batch

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}: {}", source_.name, what));
  }

 private:
  template <class Action>
  auto guarded(Action action) const {
    try {
      return action();
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {  // Parquet's own, and memory
      fail(in_one_line(error.what()));
    }
  }
  void check(const arrow::Status& status) const {
    if (!status.ok()) fail(in_one_line(status.ToStringWithoutContextLines()));
  }
  template <class T>
  T value(arrow::Result<T> result) const {
    check(result.status());
    return std::move(result).ValueUnsafe();
  }

  std::shared_ptr<arrow::io::RandomAccessFile> open() const;
  void open_parquet(std::span<const std::string> columns);
  std::vector<int> leaves_of(std::span<const std::string> columns) const;
  std::int64_t batch_rows() const;
  void open_arrow();
  void select(std::span<const std::string> columns);
  BatchPointer read();
  BatchPointer checked(const BatchPointer& batch) const;

  const ColumnarSource& source_;
  CappedPool pool_;
  std::unique_ptr<parquet::arrow::FileReader> parquet_;
  std::shared_ptr<arrow::RecordBatchReader> stream_;
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> blocks_;  ///< of an Arrow file
  int next_block_ = 0;
  std::vector<int> selected_;  ///< columns of each batch
  std::shared_ptr<arrow::Schema> schema_;
  std::int64_t rows_before_ = 0;
  std::int64_t rows_read_ = 0;
};

/// Throws Error where a column of the file has a type that JSON has no value for.
void check_has_json(const ColumnarFile& file);

/// Throws Error where the first of the file's columns is not of text.
void check_is_text(const ColumnarFile& file);

/// Row i of a batch of the file as an object of its columns; messages call it row `number`.
Json row_json(const ColumnarFile& file, const arrow::RecordBatch& batch, std::int64_t i,
              std::int64_t number);

}  // namespace lamina
