#include "lamina/text/rows.h"

#include <spdlog/fmt/fmt.h>

#include <string>
#include <string_view>

#include "columnar_file.h"
#include "json_line_reader.h"
#include "lamina/core/error.h"
#include "row_format.h"

namespace lamina {
namespace fs = std::filesystem;

bool is_json_lines(std::string_view name) {
  for (const std::string_view ending : {".gz", ".zst"}) {
    if (name.ends_with(ending)) name.remove_suffix(ending.size());
  }
  return name.ends_with(".jsonl") || name.ends_with(".json");
}

std::optional<ColumnarFormat> columnar_format(std::string_view name) {
  if (name.ends_with(".parquet")) return ColumnarFormat::kParquet;
  if (name.ends_with(".arrow")) return ColumnarFormat::kArrow;
  return std::nullopt;
}

bool is_row_file(const fs::path& file) {
  const std::string name = file.filename().string();
  return is_json_lines(name) || columnar_format(name).has_value();
}

void for_each_row(const fs::path& file, const std::function<void(Json&&)>& row) {
  const std::string name = file.filename().string();
  if (is_json_lines(name)) {
    for_each_line(file, [&](std::string_view line, std::int64_t number) {
      if (is_blank(line)) return;
      row(located(file, number, [&] { return json_object(line); }));
    });
  } else if (const auto format = columnar_format(name)) {
    for_each_columnar_row({*format, file.string()}, row);
  } else {
    throw Error(fmt::format("{}: not a file of rows; known endings are {}", file.string(),
                            kRowFileEndings));
  }
}

}  // namespace lamina
