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

/// Joins the lines of a message from Arrow or Parquet.
std::string single_line(std::string text);

/// A memory pool with a limit: a damaged file may claim any length.
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
        fmt::format("needs {} bytes at once; the limit is {} bytes in total", size, max_bytes_));
  }

  std::int64_t max_bytes_;
};

/// An open file of record batches. Errors of the libraries become Error with the file's name.
class ColumnarFile {
 public:
  /// Reads the named columns, or all if `columns` is empty. `source` must outlive the object.
  /// Throws Error if a column is missing or its name is not unique.
  ColumnarFile(const ColumnarSource& source, std::span<const std::string> columns);

  const arrow::Schema& schema() const { return *schema_; }
  /// The next batch of the requested columns, validated; nullptr at the end. The batch must not
  /// outlive this object, which owns its memory pool.
  BatchPointer next();
  std::int64_t rows_before() const { return rows_before_; }  ///< the last batch returned

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
    } catch (const std::exception& error) {  // of Parquet, or bad_alloc
      fail(single_line(error.what()));
    }
  }
  void check(const arrow::Status& status) const {
    if (!status.ok()) fail(single_line(status.ToStringWithoutContextLines()));
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

/// Throws Error if a column of the file has a type without a JSON equivalent.
void check_has_json(const ColumnarFile& file);

/// Throws Error if the first of the file's columns is not text.
void check_is_text(const ColumnarFile& file);

/// Row i of a batch of the file, as an object with its columns. Messages call it row `number`.
Json row_json(const ColumnarFile& file, const arrow::RecordBatch& batch, std::int64_t i,
              std::int64_t number);

}  // namespace lamina
