#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/report/records.h"

namespace lamina {

enum class Alignment { kLeft, kRight };

/// A column of a table, for people (title, alignment) and for programs (keys).
struct Column {
  std::string title;
  Alignment alignment = Alignment::kRight;
  std::string key;             ///< its name in CSV and JSON
  std::string error_key = "";  ///< key of its standard errors or deviations; "": it has none
};

/// A value, for people and for programs.
struct Cell {
  std::string text;      ///< "75.0 ± 1.0"; "–" if there is no value
  Json value = nullptr;  ///< full precision, accuracies as fractions; null if there is none
  Json error = nullptr;  ///< standard error or deviation; null if there is none
  bool is_best = false;
};

/// One design, averaged over its seeds; the first cell holds the design's name.
struct Row {
  std::vector<Cell> cells = {};
  bool is_pareto = false;  ///< on the front of KV bytes and quality (see pareto_front)
};

/// Every row has one cell per column. Notes are sentences to be printed below the table; the CSV
/// has none.
struct Table {
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<std::string> notes;
};

/// kKvBytes: KV bytes descending, then the better quality first. kRecords: as the records are
/// given.
enum class RowOrder { kKvBytes, kRecords };

template <>
struct EnumNames<RowOrder> {
  static constexpr std::array names{"kv_bytes", "records"};
};

struct TableOptions {
  std::optional<Quality> quality = std::nullopt;  ///< none: chosen by ranking_quality
  RowOrder order = RowOrder::kKvBytes;
};

/// Records that differ only in their seed become one row of means: the quality with its sample
/// standard deviation, task metrics with the mean of their standard errors (all seeds are scored on
/// the same examples, so averaging does not reduce these). A diverged run is named in a note, and
/// no cell of its row is marked as best. Requires at least one record. Throws Error as
/// ranking_quality does.
Table make_table(std::span<const Record> records, const TableOptions& options);

std::string to_markdown(const Table& table);  ///< best values in bold, Pareto rows marked *
std::string to_latex(const Table& table);     ///< a tabular; requires the package booktabs
std::string to_html(const Table& table);      ///< a page without external references
std::string to_csv(const Table& table);       ///< full precision; empty if missing
Json to_json(const Table& table);             ///< {"columns": [...], "rows": [...], "notes": [...]}

}  // namespace lamina
