#include "lamina/config/json.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "lamina/core/error.h"
#include "lamina/core/strict_json.h"
#include "message.h"

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

Node node_of(const Json& value, const Place& place) {
  Node node;
  node.place = place;
  const bool is_number = !value.is_number_float() || std::isfinite(value.get<double>());
  if (value.is_null() || !is_number) return node;
  if (value.is_object()) {
    node.kind = Node::Kind::kMap;
    for (const auto& [key, item] : value.items()) {
      node.entries.push_back({key, place, node_of(item, place)});
    }
  } else if (value.is_array()) {
    node.kind = Node::Kind::kSequence;
    for (const Json& item : value) node.items.push_back(node_of(item, place));
  } else {
    node.kind = Node::Kind::kScalar;
    node.quoted = value.is_string();
    node.scalar = node.quoted ? value.get<std::string>() : value.dump();
  }
  return node;
}

Node parse_json(std::string_view text, const std::string& origin) {
  const Place place{.file = origin};
  Json json;
  try {
    json = parse_strict_json<Json>(text);
  } catch (const Json::exception& error) {
    fail(place, json_reason(error));
  } catch (const Error& error) {
    fail(place, error.what());
  }
  if (!json.is_object()) fail(place, "must be a JSON object");
  return node_of(json, place);
}

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
