#include "apps/results.h"

#include <cstdio>

#include "lamina/core/files.h"

namespace lamina {
namespace {

std::string in_format(const Table& table, TableFormat format) {
  switch (format) {
    case TableFormat::kMarkdown:
      return to_markdown(table);
    case TableFormat::kCsv:
      return to_csv(table);
    case TableFormat::kLatex:
      return to_latex(table);
    case TableFormat::kHtml:
      return to_html(table);
    case TableFormat::kJson:
      return to_json(table).dump() + "\n";
  }
  return "";
}

}  // namespace

void print_table(std::span<const Record> records, TableFormat format, const TableOptions& options) {
  std::fputs(in_format(make_table(records, options), format).c_str(), stdout);
}

void write_results(std::span<const Record> records, const std::filesystem::path& folder) {
  const Table table = make_table(records, TableOptions{});
  write_file_atomically(folder / "table.md", to_markdown(table));
  write_file_atomically(folder / "table.csv", to_csv(table));
  write_file_atomically(folder / "table.html", to_html(table));
  write_file_atomically(folder / "table.tex", to_latex(table));
  write_figure(records, folder / "pareto", FigureOptions{});
}

}  // namespace lamina
