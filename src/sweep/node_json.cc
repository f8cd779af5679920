#include "node_json.h"

#include <charconv>
#include <cmath>
#include <optional>

namespace lamina {
namespace {

template <class Number>
std::optional<Number> number_in(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return number;
}

Json scalar_json(const Node& node) {
  if (node.quoted) return node.scalar;
  if (node.scalar == "true" || node.scalar == "false") return node.scalar == "true";
  const std::string text = node.scalar.substr(node.scalar.starts_with('+') ? 1 : 0);
  if (const auto integer = number_in<std::int64_t>(text)) return *integer;
  const auto number = number_in<double>(text);
  if (number && std::isfinite(*number)) return *number;
  return node.scalar;
}

}  // namespace

Json json_of(const Node& node) {
  if (node.kind == Node::Kind::kScalar) return scalar_json(node);
  if (node.kind == Node::Kind::kNull) return nullptr;
  if (node.kind == Node::Kind::kSequence) {
    Json list = Json::array();
    for (const Node& item : node.items) list.push_back(json_of(item));
    return list;
  }
  Json map = Json::object();
  for (const Entry& entry : node.entries) map[entry.key] = json_of(entry.value);
  return map;
}

}  // namespace lamina
