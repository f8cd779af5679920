#include <spdlog/fmt/fmt.h>

#include "table_text.h"

namespace lamina {
namespace {

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lamina: results</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
       margin: 3rem auto; max-width: 95vw; width: fit-content; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums;
        border-top: 2px solid; border-bottom: 2px solid; }
th { font-weight: 600; vertical-align: bottom; border-bottom: 1px solid; max-width: 8em; }
th, td { padding: .35rem .8rem; text-align: right; }
td { white-space: nowrap; }
.left { text-align: left; }
tbody tr:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
.notes { font-size: 13px; opacity: .8; max-width: 60rem; }
.notes p { margin: .25rem 0; }
</style>
</head>
<body>
<div class="scroll">
<table>
)";

std::string escape_html(const std::string& text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

const char* class_of(const Column& column) {
  return column.alignment == Alignment::kLeft ? " class=\"left\"" : "";
}

std::string html_header(const Table& table) {
  std::string text = "<thead>\n<tr>";
  for (const Column& column : table.columns) {
    text += fmt::format("<th scope=\"col\"{}>{}</th>", class_of(column), escape_html(column.title));
  }
  return text + "</tr>\n</thead>\n";
}

std::string html_row(const Table& table, const Row& row) {
  std::string text = "<tr>";
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Cell& cell = row.cells[i];
    std::string inner = escape_html(cell.text);
    if (cell.is_best) inner = "<b>" + inner + "</b>";
    if (i == 0 && row.is_pareto) inner += "<sup>*</sup>";
    text += fmt::format("<td{}>{}</td>", class_of(table.columns[i]), inner);
  }
  return text + "</tr>\n";
}

std::string html_notes(const Table& table) {
  std::string text = "<div class=\"notes\">\n";
  if (has_pareto_row(table)) text += fmt::format("<p><sup>*</sup> {}</p>\n", kParetoLegend);
  for (const std::string& note : table.notes) {
    text += fmt::format("<p>{}</p>\n", escape_html(note));
  }
  return text + "</div>\n";
}

}  // namespace

std::string to_html(const Table& table) {
  std::string text = kHead + html_header(table) + "<tbody>\n";
  for (const Row& row : table.rows) text += html_row(table, row);
  return text + "</tbody>\n</table>\n</div>\n" + html_notes(table) + "</body>\n</html>\n";
}

}  // namespace lamina
