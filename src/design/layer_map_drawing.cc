#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/design/kv_layout.h"

namespace lamina {
namespace {

constexpr std::int64_t kFree = -1;  // a column without a source

std::int64_t last_reader(const KvSourceLayers& sources, std::int64_t source) {
  const auto last = std::find(sources.rbegin(), sources.rend(), source);
  return sources.rend() - last - 1;
}

/// Assigns `source` to the first free column or appends a column; returns its index.
std::size_t take_column(std::vector<std::int64_t>& columns, std::int64_t source) {
  const auto free = std::find(columns.begin(), columns.end(), kFree);
  if (free != columns.end()) {
    *free = source;
    return static_cast<std::size_t>(free - columns.begin());
  }
  columns.push_back(source);
  return columns.size() - 1;
}

/// Two characters per column: the corner or branch where this layer joins the line of its source
/// (`joined`), and the vertical lines of other sources.
std::string draw_columns(const std::vector<std::int64_t>& columns, std::int64_t joined, bool begins,
                         bool ends) {
  std::string text;
  bool right_of_join = false;
  for (const std::int64_t source : columns) {
    if (source == joined) {
      text += begins ? "─┐" : ends ? "─┘" : "─┤";
      right_of_join = true;
    } else if (source == kFree) {
      text += right_of_join ? "  " : "──";
    } else {
      text += right_of_join ? " │" : "─│";
    }
  }
  return text;
}

}  // namespace

std::string draw_layer_map(const KvSourceLayers& sources) {
  std::vector<std::int64_t> columns;
  std::string drawing;
  for (std::int64_t layer = 0; layer < std::ssize(sources); ++layer) {
    const std::int64_t source = sources[static_cast<std::size_t>(layer)];
    const std::int64_t last = last_reader(sources, source);
    const bool owner = source == layer;
    const bool shared = last > source;
    if (owner && shared) take_column(columns, layer);
    std::string lines;
    if (shared) {
      lines = draw_columns(columns, source, owner, layer == last);
    } else {
      for (const std::int64_t passing : columns) lines += passing == kFree ? "  " : " │";
    }
    drawing += fmt::format("{:4} {}{} {}\n", layer, owner ? "■" : "○", lines,
                           owner ? "" : fmt::format("reads {}", source));
    while (drawing[drawing.size() - 2] == ' ') drawing.erase(drawing.size() - 2, 1);
    if (shared && layer == last) std::replace(columns.begin(), columns.end(), source, kFree);
  }
  return drawing;
}

}  // namespace lamina
