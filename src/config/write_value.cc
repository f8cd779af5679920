#include <algorithm>
#include <array>

#include "lamina/config/value.h"
#include "number.h"

namespace lamina {
namespace {

void write_scalar(Node& node, std::string text, bool quoted = false) {
  node.kind = Node::Kind::kScalar;
  node.scalar = std::move(text);
  node.quoted = quoted;
}

/// Some reader of YAML, of this version or an older one, would take it for a number or a boolean.
bool needs_quotes(const std::string& text) {
  constexpr std::array kWords{"true", "false", "yes", "no",  "on", "off",
                              "null", "y",     "n",   "nan", "inf"};
  std::string lower = text;
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (std::find(kWords.begin(), kWords.end(), lower) != kWords.end()) return true;
  const char first = lower.empty() ? '\0' : lower[0];
  return !(first >= 'a' && first <= 'z') && first != '_' && first != '/';
}

}  // namespace

void write_value(Node& node, bool value, PathStyle) {
  write_scalar(node, value ? "true" : "false");
}

void write_value(Node& node, std::int64_t value, PathStyle) {
  write_scalar(node, std::to_string(value));
}

void write_value(Node& node, double value, PathStyle) { write_scalar(node, number_text(value)); }

void write_value(Node& node, const std::string& value, PathStyle) {
  write_scalar(node, value, needs_quotes(value));
}

void write_value(Node& node, const std::filesystem::path& value, PathStyle paths) {
  const bool absolute = paths == PathStyle::kAbsolute && !value.empty();
  const auto path = absolute ? std::filesystem::absolute(value).lexically_normal() : value;
  write_value(node, path.string(), paths);
}

}  // namespace lamina
