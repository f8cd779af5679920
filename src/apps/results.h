#pragma once
#include <array>
#include <filesystem>
#include <span>

#include "lamina/core/setting.h"
#include "lamina/report/figure.h"
#include "lamina/report/records.h"
#include "lamina/report/table.h"

namespace lamina {

enum class TableFormat { kMarkdown, kCsv, kLatex, kHtml, kJson };

template <>
struct EnumNames<TableFormat> {
  static constexpr std::array names{"markdown", "csv", "latex", "html", "json"};
};

/// Prints the records' table on standard output.
void print_table(std::span<const Record> records, TableFormat format, const TableOptions& options);

/// Writes FOLDER/table.{md,csv,html,tex} and FOLDER/pareto.{svg,png}.
void write_results(std::span<const Record> records, const std::filesystem::path& folder);

}  // namespace lamina
