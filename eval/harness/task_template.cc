#include "task_template.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>

#include "lamina/core/error.h"
#include "python/python_text.h"

namespace lamina {
namespace {

std::string column_names(const Json& row) {
  std::string names;
  for (const auto& item : row.items()) names += (names.empty() ? "" : ", ") + item.key();
  return names;
}

/// The item of an object or list that one step of a path selects; null if there is none.
const Json* step_into(const Json& value, std::string_view step) {
  if (value.is_object()) {
    const auto found = value.find(std::string(step));
    return found == value.end() ? nullptr : &*found;
  }
  std::size_t index = 0;
  const char* end = step.data() + step.size();
  if (!value.is_array() || std::from_chars(step.data(), end, index).ptr != end) return nullptr;
  return index < value.size() ? &value[index] : nullptr;
}

std::string text_of(const Json& value, std::string_view path) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return value.dump();
  throw Error(
      fmt::format("column {}: got {}; expected text or an integer", path, value.type_name()));
}

std::string filtered(std::string_view text, std::string_view filter) {
  if (filter == "lstrip") return std::string(python_lstrip(text));
  return std::string(python_strip(text));
}

std::string value_of(std::string_view expression, const Json& row) {
  const std::size_t bar = expression.find('|');
  const std::string_view path = expression.substr(0, bar);
  const std::string text = text_of(column_of(row, path), path);
  return bar == std::string_view::npos ? text : filtered(text, expression.substr(bar + 1));
}

}  // namespace

const Json& column_of(const Json& row, std::string_view path) {
  const Json* value = &row;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('.', at), path.size());
    value = step_into(*value, path.substr(at, end - at));
    if (!value) {
      throw Error(fmt::format("no column {}; the columns are {}", path, column_names(row)));
    }
    at = end + 1;
  }
  return *value;
}

std::string render(std::string_view text_template, const Json& row) {
  std::string text;
  for (std::size_t at = 0; at < text_template.size();) {
    const std::size_t open = std::min(text_template.find('{', at), text_template.size());
    text += text_template.substr(at, open - at);
    if (open == text_template.size()) break;
    const std::size_t close = text_template.find('}', open);
    text += value_of(text_template.substr(open + 1, close - open - 1), row);
    at = close + 1;
  }
  return text;
}

std::vector<std::string> render_all(const std::vector<std::string>& templates, const Json& row) {
  std::vector<std::string> texts;
  for (const std::string_view each : templates) {
    if (!each.ends_with("[]}")) {
      texts.push_back(render(each, row));
      continue;
    }
    const std::string_view path = each.substr(1, each.size() - 4);
    const Json& list = column_of(row, path);
    if (!list.is_array()) {
      throw Error(fmt::format("column {}: got {}; expected a list", path, list.type_name()));
    }
    for (const Json& item : list) texts.push_back(text_of(item, path));
  }
  return texts;
}

}  // namespace lamina
