#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "byte_source.h"

namespace lamina {

/// Records of separated values as RFC 4180 has them: a field may be quoted, and then holds
/// separators, line breaks (kept as they are) and quotes (doubled); a record ends at "\n" or
/// "\r\n"; a line without any character is no record. Memory holds one record.
class CsvReader {
 public:
  CsvReader(ByteSource source, char separator);

  /// False at the end. Throws Error with a reason, without the file's name, where the source does,
  /// on a quote that is never closed or is followed by text, and on a field of more than 1 GiB.
  bool next(std::vector<std::string>& fields);

  std::int64_t line() const { return line_; }  ///< that the last byte read is in, from 1
  std::int64_t record_line() const { return record_line_; }  ///< where the last record starts

 private:
  enum class After { kField, kRecord, kEnd };

  bool fill();
  bool at(char c) { return fill() && buffer_[begin_] == c; }
  char take();
  void append(char c);
  After take_separator();
  After read_field();
  void read_quoted();
  bool read_record(std::vector<std::string>& fields);

  ByteSource source_;
  char separator_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string field_;
  bool quoted_ = false;
  std::int64_t line_ = 1;
  std::int64_t record_line_ = 1;
};

using CsvFields = std::vector<std::string>;

/// Calls `row` with the header and the fields of each further record, and the record's number, from
/// 1; counts bytes taken from the disk in `file_bytes_read`. Throws Error naming file and line: as
/// CsvReader, and a record of more or fewer fields than the header. ".tsv" has tabs between fields.
void for_each_csv_record(
    const std::filesystem::path& file, std::int64_t* file_bytes_read,
    const std::function<void(const CsvFields& header, CsvFields& fields, std::int64_t)>& row);

}  // namespace lamina
