#include "lamina/text/rows.h"

#include <spdlog/fmt/fmt.h>

#include <string_view>

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

Json csv_object(const CsvFields& header, const CsvFields& fields) {
  Json object = Json::object();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const std::string* text : {&header[i], &fields[i]}) {
      if (first_invalid_utf8(*text) < text->size()) throw Error("not UTF-8");
    }
    object[header[i]] = fields[i];
  }
  return object;
}

void for_each_csv_row(const fs::path& file, const std::function<void(Json&&)>& row) {
  const auto add = [&](const CsvFields& header, const CsvFields& fields, std::int64_t number) {
    Json object;
    try {
      object = csv_object(header, fields);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: row {}: {}", file.string(), number, error.what()));
    }
    row(std::move(object));
  };
  for_each_csv_record(file, nullptr, add);
}

void for_each_json_row(const fs::path& file, const std::function<void(Json&&)>& row) {
  for_each_json_line(file, [&](std::string_view line, std::int64_t number) {
    row(located(file, number, [&] { return json_object(line); }));
  });
}

}  // namespace

bool has_columns(const fs::path& file) {
  const FileKind kind = file_kind(file);
  return kind != FileKind::kText && kind != FileKind::kUnknown;
}

bool is_row_file(const fs::path& file) {
  const DataFileName name = data_file_name(file);
  return has_columns(file) ||
         (name.kind == FileKind::kText && name.compression != Compression::kNone);
}

std::vector<fs::path> backing_files(const fs::path& file) {
  const auto indexed = indexed_dataset(file);
  if (!indexed) return {file};
  std::vector<fs::path> files = indexed->data;
  files.insert(files.end(), indexed->indices.begin(), indexed->indices.end());
  return files;
}

void for_each_row(const fs::path& file, const std::function<void(Json&&)>& row) {
  if (const auto indexed = indexed_dataset(file)) return for_each_indexed_row(*indexed, row);
  switch (file_kind(file)) {
    case FileKind::kJsonLines:
      return for_each_json_row(file, row);
    case FileKind::kCsv:
    case FileKind::kTsv:
      return for_each_csv_row(file, row);
    case FileKind::kParquet:
    case FileKind::kArrow:
      return for_each_columnar_row(columnar_source(file), row);
    case FileKind::kText:
    case FileKind::kUnknown:
      throw Error(
          fmt::format("{}: not a file of rows; known endings are {}", file.string(), kRowEndings));
  }
}

}  // namespace lamina
