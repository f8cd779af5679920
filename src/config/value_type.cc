#include "lamina/config/value_type.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

namespace lamina {
namespace {

std::string kind_text(const ValueType& type) {
  switch (type.kind) {
    case ValueType::Kind::kBool:
      return "true or false";
    case ValueType::Kind::kInteger:
      return type.list ? "integers" : "integer";
    case ValueType::Kind::kNumber:
      return type.list ? "numbers" : "number";
    case ValueType::Kind::kText:
      return type.list ? "texts" : "text";
    case ValueType::Kind::kPath:
      return type.list ? "paths" : "path";
    case ValueType::Kind::kName:
      break;
  }
  return fmt::format("{} {}", type.list ? "names among" : "one of", fmt::join(type.names, ", "));
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

std::string type_text(const ValueType& type, const Setting& setting) {
  std::string text = fmt::format("{}{}", type.list ? "list of " : "", kind_text(type));
  const bool numeric =
      type.kind == ValueType::Kind::kInteger || type.kind == ValueType::Kind::kNumber;
  if (numeric) text += range_text(setting);
  if (*setting.unit != '\0') text += fmt::format(" ({})", setting.unit);
  return text;
}

}  // namespace lamina
