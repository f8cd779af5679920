#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include "lamina/report/table.h"

namespace lamina {
namespace {

/// Keys and values of a row for programs: errors are separate columns, and `pareto` follows the
/// design.
std::vector<std::pair<std::string, Json>> named_values(const Table& table, const Row& row) {
  std::vector<std::pair<std::string, Json>> values;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    values.emplace_back(column.key, row.cells[i].value);
    if (!column.error_key.empty()) values.emplace_back(column.error_key, row.cells[i].error);
    if (i == 0) values.emplace_back("pareto", row.is_pareto);
  }
  return values;
}

/// Quoted as in RFC 4180 if necessary.
std::string csv_field(const Json& value) {
  if (value.is_null()) return "";
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted;
  for (const char character : text) quoted += std::string(character == '"' ? 2 : 1, character);
  return fmt::format("\"{}\"", quoted);
}

std::string csv_line(const std::vector<std::string>& fields) {
  return fmt::format("{}\n", fmt::join(fields, ","));
}

}  // namespace

std::string to_csv(const Table& table) {
  std::vector<std::string> keys;
  const Row blank{.cells = std::vector<Cell>(table.columns.size())};
  for (const auto& [key, unused] : named_values(table, blank)) keys.push_back(csv_field(key));
  std::string text = csv_line(keys);
  for (const Row& row : table.rows) {
    std::vector<std::string> fields;
    for (const auto& [unused, value] : named_values(table, row)) fields.push_back(csv_field(value));
    text += csv_line(fields);
  }
  return text;
}

Json to_json(const Table& table) {
  Json columns = Json::array();
  for (const Column& column : table.columns) {
    columns.push_back({{"key", column.key}, {"title", column.title}});
  }
  Json rows = Json::array();
  for (const Row& row : table.rows) {
    Json object = Json::object();
    for (const auto& [key, value] : named_values(table, row)) object[key] = value;
    rows.push_back(object);
  }
  return {{"columns", columns}, {"rows", rows}, {"notes", table.notes}};
}

}  // namespace lamina
