#include "lamina/config/value_type.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

namespace lamina {
namespace {

std::string kind_text(const ValueType& type, bool plural) {
  switch (type.kind) {
    case ValueType::Kind::kBool:
      return "true or false";
    case ValueType::Kind::kInteger:
      return plural ? "integers" : "integer";
    case ValueType::Kind::kNumber:
      return plural ? "numbers" : "number";
    case ValueType::Kind::kText:
      return plural ? "texts" : "text";
    case ValueType::Kind::kPath:
      return plural ? "paths" : "path";
    case ValueType::Kind::kName:
      break;
  }
  return fmt::format("{} {}", plural ? "names among" : "one of", fmt::join(type.names, ", "));
}

std::string list_text(const ValueType& type) {
  if (!type.list) return "";
  return type.length == 0 ? "list of " : fmt::format("list of {} ", type.length);
}

std::string range_text(const Setting& setting) {
  const bool has_min = std::isfinite(setting.min);
  std::string range;
  if (has_min) range = fmt::format(" {} {}", setting.above_min ? ">" : ">=", setting.min);
  if (std::isfinite(setting.max)) {
    range += fmt::format("{} <= {}", has_min ? " and" : "", setting.max);
  }
  return range;
}

}  // namespace

std::string count_text(const ValueType& type, std::size_t count) {
  if (type.kind == ValueType::Kind::kBool || type.kind == ValueType::Kind::kName) {
    return fmt::format("{} {}", count, count == 1 ? "value" : "values");
  }
  return fmt::format("{} {}", count, kind_text(type, count != 1));
}

std::string type_text(const ValueType& type, const Setting& setting) {
  if (setting.file_name) return "file name";
  std::string text = list_text(type) + kind_text(type, type.list);
  const bool numeric =
      type.kind == ValueType::Kind::kInteger || type.kind == ValueType::Kind::kNumber;
  if (numeric) text += range_text(setting);
  if (*setting.unit != '\0') text += fmt::format(" ({})", setting.unit);
  return text;
}

}  // namespace lamina
