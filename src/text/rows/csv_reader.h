#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "byte_source.h"

namespace lamina {

/// Reads records of separated values with the quoting of RFC 4180: a quoted field may contain
/// separators, line breaks (kept unchanged) and doubled quotes. A record ends at "\n" or "\r\n";
/// empty lines are skipped. Memory holds one record.
class CsvReader {
 public:
  CsvReader(ByteSource source, char separator);

  /// Reads the next record into `fields`; false at the end. Throws Error, without the file's name,
  /// if the source does, if a quote is never closed or is followed by text, and if a field is
  /// longer than 1 GiB.
  bool next(std::vector<std::string>& fields);

  std::int64_t line() const { return line_; }                ///< of the last byte read, from 1
  std::int64_t record_line() const { return record_line_; }  ///< first line of the last record

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

/// Calls `row` with the header, the fields of each further record, and the record's number, from 1.
/// The separator is a tab for .tsv, else a comma. Adds the bytes read from disk to
/// *file_bytes_read, if not null. Throws Error with file and line like CsvReader, and if a record
/// has more or fewer fields than the header.
void for_each_csv_record(
    const std::filesystem::path& file, std::int64_t* file_bytes_read,
    const std::function<void(const CsvFields& header, CsvFields& fields, std::int64_t)>& row);

}  // namespace lamina
