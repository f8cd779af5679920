#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/report/records.h"

namespace lamina {

enum class Alignment { kLeft, kRight };

struct Column {
  std::string title;
  Alignment alignment = Alignment::kRight;
  std::string key;  ///< its name in CSV and JSON
  std::string error_key =
      "";  ///< name of the column of its standard errors or deviations; "" for none
};

/// A value for people and the same for programs.
struct Cell {
  std::string text;      ///< "75.0 ± 1.0"; "–" where there is no value
  Json value = nullptr;  ///< full precision, accuracies as fractions; null where there is none
  Json error = nullptr;  ///< standard error or deviation; null where there is none
  bool is_best = false;
};

/// One design, averaged over its seeds; the first cell holds the design's name.
struct Row {
  std::vector<Cell> cells = {};
  bool is_pareto = false;  ///< no other row has at most its KV bytes and loss with one of them less
};

/// Notes are whole sentences to stand below the table; CSV has no room for them.
struct Table {
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<std::string> notes;
};

enum class RowOrder { kKvBytes, kRecords };

template <>
struct EnumNames<RowOrder> {
  static constexpr std::array names{"kv_bytes", "records"};
};

struct TableOptions {
  std::optional<Quality> quality = std::nullopt;  ///< none: as ranking_quality chooses
  RowOrder order = RowOrder::kKvBytes;  ///< KV bytes falling, then the better quality first
};

/// Records that differ by seed only become one row: means, the quality with its sample standard
/// deviation, task metrics with the mean of their standard errors (seeds are scored on the same
/// examples, so these do not shrink). A diverged run is named in a note, and no cell of its row is
/// the best. Throws Error as ranking_quality does.
Table make_table(std::span<const Record> records, const TableOptions& options);

std::string to_markdown(const Table& table);  ///< best values bold, Pareto rows marked *
std::string to_latex(const Table& table);     ///< a tabular; needs the package booktabs
std::string to_html(const Table& table);      ///< one whole page without outside references
std::string to_csv(const Table& table);       ///< numbers in full precision, missing ones empty
Json to_json(const Table& table);             ///< {"columns": [...], "rows": [...], "notes": [...]}

}  // namespace lamina
