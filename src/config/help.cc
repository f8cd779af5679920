#include "lamina/config/help.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace lamina {
namespace {

/// After a longer cell the next column is on a line of its own.
constexpr std::size_t kMaxColumn = 36;
constexpr std::size_t kGap = 2;

std::string default_text(const Node& value, const Setting& setting) {
  if (setting.required) return "required";
  if (value.kind == Node::Kind::kNull) return "unset";
  std::string text = to_yaml(value);
  text.pop_back();  // the line end
  return text;
}

/// Continues at a column of the last line, or of a new one where that line is past it.
void go_to_column(std::string& text, std::size_t column) {
  const std::size_t line_start = text.rfind('\n') + 1;  // npos + 1 is 0
  const std::size_t width = text.size() - line_start;
  if (width > column - kGap) text += '\n';
  text.append(width > column - kGap ? column : column - width, ' ');
}

void widen(std::size_t& width, const std::string& cell) {
  if (cell.size() <= kMaxColumn) width = std::max(width, cell.size());
}

}  // namespace

std::string HelpLister::dotted(const char* key) const {
  return prefix_.empty() ? key : fmt::format("{}.{}", prefix_, key);
}

void HelpLister::open_section(const char* key, const char* help) {
  prefix_ = dotted(key);
  rows_.push_back({prefix_, "", "", help, true});
}

void HelpLister::add_field(const char* key, const ValueType& type, const Node& value,
                           const Setting& setting) {
  std::string help = setting.help;
  if (*setting.used_when != '\0') help += fmt::format(" (used when {})", setting.used_when);
  rows_.push_back({dotted(key), type_text(type, setting), default_text(value, setting),
                   std::move(help), false});
  for (std::size_t i = 0; i < type.meanings.size(); ++i) {
    rows_.push_back({"", "", "", fmt::format("  {}: {}", type.names[i], type.meanings[i]), false});
  }
}

std::string HelpLister::text() const {
  std::size_t key_width = 0, type_width = 0, default_width = 0;
  for (const Row& row : rows_) {
    widen(key_width, row.key);
    widen(type_width, row.type);
    widen(default_width, row.standard);
  }
  const std::size_t type_column = kGap + key_width + kGap;
  const std::size_t default_column = type_column + type_width + kGap;
  const std::size_t help_column = default_column + default_width + kGap;
  std::string out;
  for (const Row& row : rows_) {
    out += row.is_heading ? fmt::format("{}: {}\n", row.key, row.help)
                          : fmt::format("{:{}}{}", "", kGap, row.key);
    if (row.is_heading) continue;
    go_to_column(out, type_column);
    out += row.type;
    go_to_column(out, default_column);
    out += row.standard;
    go_to_column(out, help_column);
    out += row.help;
    out += '\n';
  }
  return out;
}

}  // namespace lamina
