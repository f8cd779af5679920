#include "csv_reader.h"

#include <spdlog/fmt/fmt.h>

#include "json_line_reader.h"
#include "lamina/core/error.h"
#include "lamina/text/data_file.h"

namespace lamina {
namespace {

constexpr std::size_t kReadBytes = 1 << 18;
constexpr std::size_t kMaxFieldBytes = std::size_t{1} << 30;

void check_count(const CsvFields& header, const CsvFields& fields) {
  if (fields.size() == header.size()) return;
  throw Error(fmt::format("{} fields, but the header has {}", fields.size(), header.size()));
}

}  // namespace

CsvReader::CsvReader(ByteSource source, char separator)
    : source_(std::move(source)), separator_(separator), buffer_(kReadBytes) {}

/// Reads more if the buffer is empty; false at the end of the input.
bool CsvReader::fill() {
  if (begin_ < end_) return true;
  begin_ = 0;
  end_ = source_(buffer_);
  return end_ > 0;
}

char CsvReader::take() {
  const char c = buffer_[begin_++];
  line_ += c == '\n' ? 1 : 0;
  return c;
}

void CsvReader::append(char c) {
  if (field_.size() == kMaxFieldBytes) throw Error("a field is longer than 1 GiB");
  field_ += c;
}

void CsvReader::read_quoted() {
  const std::int64_t opened = line_;
  take();
  for (;;) {
    if (!fill()) throw Error(fmt::format("the quote opened on line {} is never closed", opened));
    const char c = take();
    if (c != '"') {
      append(c);
    } else if (at('"')) {
      append(take());
    } else {
      return;
    }
  }
}

CsvReader::After CsvReader::take_separator() {
  if (!fill()) return After::kEnd;
  return take() == separator_ ? After::kField : After::kRecord;
}

/// Reads into field_; returns what follows the field.
CsvReader::After CsvReader::read_field() {
  field_.clear();
  quoted_ = at('"');
  if (quoted_) read_quoted();
  const std::size_t quoted_bytes = field_.size();
  while (fill() && buffer_[begin_] != separator_ && buffer_[begin_] != '\n') append(take());
  const bool ends_line = !fill() || buffer_[begin_] == '\n';
  if (ends_line && field_.size() > quoted_bytes && field_.back() == '\r') field_.pop_back();
  if (quoted_ && field_.size() > quoted_bytes) {
    throw Error("text after the closing quote of a field; double a quote inside a quoted field");
  }
  return take_separator();
}

/// False at the end of the input.
bool CsvReader::read_record(std::vector<std::string>& fields) {
  fields.clear();
  if (!fill()) return false;
  record_line_ = line_;
  After after = After::kField;
  while (after == After::kField) {
    after = read_field();
    fields.push_back(field_);
  }
  return true;
}

bool CsvReader::next(std::vector<std::string>& fields) {
  while (read_record(fields)) {
    const bool is_empty_line = fields.size() == 1 && fields[0].empty() && !quoted_;
    if (!is_empty_line) return true;
  }
  return false;
}

void for_each_csv_record(
    const std::filesystem::path& file, std::int64_t* file_bytes_read,
    const std::function<void(const CsvFields& header, CsvFields& fields, std::int64_t)>& row) {
  const char separator = file_kind(file) == FileKind::kTsv ? '\t' : ',';
  CsvReader reader(located(file, 1, [&] { return content_source(file, file_bytes_read); }),
                   separator);
  const auto next = [&](CsvFields& fields) {
    std::int64_t line = reader.line();
    return located(file, line, [&] { return reader.next(fields); });
  };
  CsvFields header, fields;
  if (!next(header)) return;
  if (header[0].starts_with(kByteOrderMark)) header[0].erase(0, kByteOrderMark.size());
  for (std::int64_t number = 1; next(fields); ++number) {
    located(file, reader.record_line(), [&] { check_count(header, fields); });
    row(header, fields, number);
  }
}

}  // namespace lamina
