#include "table_text.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <map>

namespace lamina {
namespace {

using Lines = std::vector<std::vector<std::string>>;

/// How a format writes cells: `escape` escapes a text, `pareto_mark` follows the first cell of a
/// Pareto row, and best values are between `best_open` and `best_close`.
struct CellStyle {
  std::string (*escape)(const std::string&);
  const char* pareto_mark;
  const char* best_open;
  const char* best_close;
};

/// The header, then the rows, as formatted cells.
Lines formatted_lines(const Table& table, const CellStyle& style) {
  Lines lines(1);
  for (const Column& column : table.columns) lines[0].push_back(style.escape(column.title));
  for (const Row& row : table.rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const Cell& cell : row.cells) {
      const std::string text = style.escape(cell.text);
      line.push_back(cell.is_best ? fmt::format("{}{}{}", style.best_open, text, style.best_close)
                                  : text);
    }
    if (row.is_pareto) line.front() += style.pareto_mark;
  }
  return lines;
}

/// Replaces each key of the table in the text by its value.
std::string escape_each(const std::string& text, const std::map<std::string, std::string>& table) {
  std::string escaped;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = std::ranges::find_if(table, [&](const auto& entry) {
      return text.compare(at, entry.first.size(), entry.first) == 0;
    });
    escaped += found == table.end() ? text.substr(at, 1) : found->second;
    at += found == table.end() ? 1 : found->first.size();
  }
  return escaped;
}

/// Underscores are not escaped: inside a word they have no meaning in GitHub Flavored Markdown.
std::string escape_markdown(const std::string& text) {
  static const std::map<std::string, std::string> table{{"\\", "\\\\"}, {"|", "\\|"},  {"*", "\\*"},
                                                        {"`", "\\`"},   {"<", "&lt;"}, {"\n", " "}};
  return escape_each(text, table);
}

std::string escape_latex(const std::string& text) {
  static const std::map<std::string, std::string> table{{"\\", "\\textbackslash{}"},
                                                        {"{", "\\{"},
                                                        {"}", "\\}"},
                                                        {"$", "\\$"},
                                                        {"&", "\\&"},
                                                        {"#", "\\#"},
                                                        {"%", "\\%"},
                                                        {"_", "\\_"},
                                                        {"^", "\\textasciicircum{}"},
                                                        {"~", "\\textasciitilde{}"},
                                                        {"<", "$<$"},
                                                        {">", "$>$"},
                                                        {"|", "$|$"},
                                                        {"±", "$\\pm$"},
                                                        {"–", "--"}};
  return escape_each(text, table);
}

/// The number of code points in a UTF-8 text: its width in a terminal if none is wide or combining.
std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::vector<std::size_t> column_widths(const Lines& lines) {
  std::vector<std::size_t> widths(lines[0].size(), 3);  // the minimum for the delimiter row, "--:"
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  return widths;
}

std::string markdown_delimiter_row(const Table& table, const std::vector<std::size_t>& widths) {
  std::string row = "|";
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const bool left = table.columns[i].alignment == Alignment::kLeft;
    row += fmt::format("{}{:->{}}{}|", left ? ":" : "", "", widths[i] + 1, left ? "" : ":");
  }
  return row + "\n";
}

std::string markdown_line(const Table& table, const std::vector<std::string>& line,
                          const std::vector<std::size_t>& widths) {
  std::string text = "|";
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string padding(widths[i] - display_width(line[i]), ' ');
    const bool left = table.columns[i].alignment == Alignment::kLeft;
    text += fmt::format(" {}{} |", left ? line[i] : padding, left ? padding : line[i]);
  }
  return text + "\n";
}

std::string latex_line(const std::vector<std::string>& line) {
  return fmt::format("{} \\\\\n", fmt::join(line, " & "));
}

std::string latex_notes(const Table& table) {
  std::vector<std::string> notes;
  if (has_pareto_row(table)) notes.push_back(std::string("$^{*}$ ") + kParetoLegend);
  for (const std::string& note : table.notes) notes.push_back(escape_latex(note));
  if (notes.empty()) return "";
  return fmt::format("\n\\smallskip\n{{\\footnotesize\n{}\\par}}\n", fmt::join(notes, " \\\\\n"));
}

}  // namespace

std::string to_markdown(const Table& table) {
  const Lines lines = formatted_lines(table, {escape_markdown, "*", "**", "**"});
  const std::vector<std::size_t> widths = column_widths(lines);
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += markdown_line(table, lines[i], widths);
    if (i == 0) text += markdown_delimiter_row(table, widths);
  }
  if (has_pareto_row(table)) text += fmt::format("\n- `*` {}", kParetoLegend);
  for (const std::string& note : table.notes) text += "\n- " + escape_markdown(note);
  return text.ends_with('\n') ? text : text + "\n";
}

std::string to_latex(const Table& table) {
  const Lines lines = formatted_lines(table, {escape_latex, "$^{*}$", "\\textbf{", "}"});
  std::string text = "% requires \\usepackage{booktabs}\n\\begin{tabular}{";
  for (const Column& column : table.columns) {
    text += column.alignment == Alignment::kLeft ? 'l' : 'r';
  }
  text += "}\n\\toprule\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += latex_line(lines[i]) + (i == 0 ? "\\midrule\n" : "");
  }
  return text + "\\bottomrule\n\\end{tabular}\n" + latex_notes(table);
}

}  // namespace lamina
