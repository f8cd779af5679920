#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/config/node.h"
#include "lamina/core/error.h"
#include "yaml_text.h"

namespace lamina {
namespace {

constexpr std::size_t kIndent = 2;

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    const bool upper_control = length == 0 && text.starts_with('\xC2');  // U+0080 to U+009F
    if (upper_control) text.remove_prefix(1);
    if (length == 0) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else {
      if (text[0] == '"' || text[0] == '\\') quoted += '\\';
      quoted += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return quoted + "\"";
}

enum class Position { kKey, kValue, kListItem };

std::string document_with(std::string_view text, Position position) {
  switch (position) {
    case Position::kKey:
      return fmt::format("{}: 0\n", text);
    case Position::kValue:
      return fmt::format("k: {}\n", text);
    case Position::kListItem:
      break;
  }
  return fmt::format("k: [{}]\n", text);
}

/// Whether the parser reads the same text from there without quotes.
bool reads_back_plain(std::string_view text, Position position) {
  try {
    const Node root = parse_yaml(document_with(text, position), "");
    if (root.entries.size() != 1) return false;
    if (position == Position::kKey) return root.entries[0].key == text;
    const Node* value = &root.entries[0].value;
    if (position == Position::kListItem) {
      if (value->items.size() != 1) return false;
      value = &value->items[0];
    }
    return value->kind == Node::Kind::kScalar && !value->quoted && value->scalar == text;
  } catch (const UsageError&) {
    return false;
  }
}

std::string scalar_text(const Node& node, Position position) {
  if (node.kind == Node::Kind::kNull) return "null";
  const bool plain = !node.quoted && reads_back_plain(node.scalar, position);
  return plain ? node.scalar : in_quotes(node.scalar);
}

bool fits_flow_list(const Node& item) {
  if (item.kind == Node::Kind::kNull) return true;
  return item.kind == Node::Kind::kScalar &&
         (item.quoted || reads_back_plain(item.scalar, Position::kListItem));
}

bool is_inline(const Node& node) {
  if (node.kind == Node::Kind::kMap) return node.entries.empty();
  return node.kind != Node::Kind::kSequence ||
         std::all_of(node.items.begin(), node.items.end(), fits_flow_list);
}

std::string inline_text(const Node& node) {
  if (node.kind == Node::Kind::kMap) return "{}";
  if (node.kind != Node::Kind::kSequence) return scalar_text(node, Position::kValue);
  std::string list;
  for (const Node& item : node.items) {
    list += list.empty() ? "" : ", ";
    list += scalar_text(item, Position::kListItem);
  }
  return fmt::format("[{}]", list);
}

void append_block(std::string& out, const Node& node, std::size_t indent);

/// What follows "key:" or "-": a value on the same line, or a block below.
void append_value(std::string& out, const Node& value, std::size_t indent) {
  if (is_inline(value)) {
    out += fmt::format(" {}\n", inline_text(value));
  } else {
    out += '\n';
    append_block(out, value, indent);
  }
}

/// A map that is an item of a list begins on the line of its "- ".
void start_line(std::string& out, std::size_t indent) {
  if (out.empty() || out.back() == '\n') out.append(indent, ' ');
}

void append_block(std::string& out, const Node& node, std::size_t indent) {
  for (const Node& item : node.items) {
    start_line(out, indent);
    out += '-';
    if (item.entries.empty()) {
      append_value(out, item, indent + kIndent);
    } else {
      out += ' ';
      append_block(out, item, indent + kIndent);
    }
  }
  for (const Entry& entry : node.entries) {
    start_line(out, indent);
    out += reads_back_plain(entry.key, Position::kKey) ? entry.key : in_quotes(entry.key);
    out += ':';
    append_value(out, entry.value, indent + kIndent);
  }
}

}  // namespace

std::string to_yaml(const Node& node) {
  if (is_inline(node)) return fmt::format("{}\n", inline_text(node));
  std::string out;
  append_block(out, node, 0);
  return out;
}

}  // namespace lamina
