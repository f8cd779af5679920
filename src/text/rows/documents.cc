#include "lamina/text/documents.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "columnar_file.h"
#include "csv_reader.h"
#include "files/saved_dataset.h"
#include "indexed_rows.h"
#include "json_line_reader.h"
#include "lamina/core/error.h"
#include "lamina/text/utf8.h"
#include "row_format.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

using DocumentAction = std::function<void(RowDocument&&)>;

constexpr std::size_t kReadBytes = 1 << 20;
constexpr std::size_t kMaxTextBytes = std::size_t{1} << 30;  // of one compressed text

void for_each_json_document(const fs::path& file, const DocumentAction& document) {
  std::int64_t file_bytes_read = 0;
  const auto add = [&](std::string_view line, std::int64_t number) {
    document({RowDocument::Form::kJsonLine, std::string(line), number, file_bytes_read});
  };
  for_each_json_line(file, add, &file_bytes_read);
}

/// For messages. Without a header, the first row takes its place, and its fields may be long.
std::string columns_text(const CsvFields& header) {
  constexpr std::size_t kMaxNameBytes = 40;
  std::vector<std::string> names;
  for (const std::string& name : header) {
    const std::size_t end = std::min(name.find_first_of("\r\n"), kMaxNameBytes);
    names.push_back(end < name.size() ? name.substr(0, end) + "..." : name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::size_t column_index(const fs::path& file, const CsvFields& header, const std::string& column) {
  const auto found = std::find(header.begin(), header.end(), column);
  if (std::count(header.begin(), header.end(), column) != 1) {
    throw Error(
        fmt::format("{}: no column \"{}\", or more than one; the columns in its header are {}",
                    file.string(), column, columns_text(header)));
  }
  return static_cast<std::size_t>(found - header.begin());
}

void for_each_csv_document(const fs::path& file, const std::string& column,
                           const DocumentAction& document) {
  std::int64_t file_bytes_read = 0;
  std::optional<std::size_t> index;
  const auto add = [&](const CsvFields& header, CsvFields& fields, std::int64_t number) {
    if (!index) index = column_index(file, header, column);
    document({RowDocument::Form::kText, std::move(fields[*index]), number, file_bytes_read});
  };
  for_each_csv_record(file, &file_bytes_read, add);
}

/// The whole text is one document.
void add_compressed_text(const fs::path& file, const DocumentAction& document) {
  std::string text;
  located(file, 1, [&] {
    const ByteSource source = content_source(file);
    for (std::size_t got = 1; got > 0;) {
      const std::size_t before = text.size();
      if (before > kMaxTextBytes) throw Error("more than 1 GiB of text; decompress the file");
      text.resize(before + kReadBytes);
      got = source(std::span(text).subspan(before));
      text.resize(before + got);
    }
  });
  document({RowDocument::Form::kText, std::move(text), 1, 0});
}

/// A callback for readers of one column of texts or nulls, which numbers the rows.
std::function<void(std::optional<std::string_view>)> numbered(const DocumentAction& document) {
  return [&document, row = std::int64_t{0}](std::optional<std::string_view> text) mutable {
    ++row;
    document(text ? RowDocument{RowDocument::Form::kText, std::string(*text), row}
                  : RowDocument{RowDocument::Form::kNull, "", row});
  };
}

std::string names_in(const Json& object) {
  std::string names;
  for (const auto& [name, value] : object.items()) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : names;
}

std::string text_in(Json&& object, const std::string& column) {
  const auto found = object.find(column);
  if (found == object.end()) {
    throw Error(fmt::format("no column \"{}\"; the columns are {}", column, names_in(object)));
  }
  if (!found->is_string()) {
    throw Error(fmt::format("column \"{}\": got {}; expected text", column, found->type_name()));
  }
  return std::move(found->get_ref<std::string&>());
}

/// The offset in the message counts from the start of the text.
void check_text(std::string_view text, const std::string& column) {
  if (text.empty()) throw Error(fmt::format("column \"{}\" is empty", column));
  const std::size_t bad = first_invalid_utf8(text);
  if (bad == text.size()) return;
  throw Error(fmt::format("column \"{}\": not UTF-8: byte 0x{:02X} at offset {}", column,
                          static_cast<unsigned char>(text[bad]), bad));
}

std::string text_without_location(const std::string& column, RowDocument&& document) {
  if (document.form == RowDocument::Form::kNull) {
    throw Error(fmt::format("column \"{}\": got null; expected text", column));
  }
  const bool is_json = document.form == RowDocument::Form::kJsonLine;
  std::string text =
      is_json ? text_in(json_object(document.bytes), column) : std::move(document.bytes);
  check_text(text, column);
  return text;
}

}  // namespace

void for_each_document(const fs::path& file, const std::string& text_column,
                       const std::function<void(RowDocument&&)>& document) {
  if (const auto indexed = indexed_dataset(file)) {
    return for_each_indexed_text(*indexed, text_column, numbered(document));
  }
  switch (file_kind(file)) {
    case FileKind::kCsv:
    case FileKind::kTsv:
      return for_each_csv_document(file, text_column, document);
    case FileKind::kParquet:
    case FileKind::kArrow:
      return for_each_columnar_text(columnar_source(file), text_column, numbered(document));
    case FileKind::kText:
      return add_compressed_text(file, document);
    case FileKind::kJsonLines:
    case FileKind::kUnknown:
      return for_each_json_document(file, document);
  }
}

std::string document_location(const fs::path& file, const RowDocument& document) {
  const char* separator = document.form == RowDocument::Form::kJsonLine ? ":" : ": row ";
  return fmt::format("{}{}{}", file.string(), separator, document.number);
}

std::string document_text(const fs::path& file, const std::string& text_column,
                          RowDocument&& document) {
  try {
    return text_without_location(text_column, std::move(document));  // moves only the bytes
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", document_location(file, document), error.what()));
  }
}

}  // namespace lamina
