#pragma once
#include <string>
#include <vector>

#include "lamina/report/table.h"
#include "seeds.h"

namespace lamina {

/// The text of a cell without a value.
inline constexpr const char* kNoValue = "–";
/// The text of a cell whose value is not finite.
inline constexpr const char* kNotFinite = "not finite";

/// A column with the cells of all rows, the best ones marked.
struct ColumnCells {
  Column column;
  std::vector<Cell> cells = {};
};

/// Whether a task's metric is a fraction in [0, 1], shown in %, of which higher is better.
bool is_accuracy(const std::string& metric);

/// The columns in order: design, shape, cost, varied conditions, number of seeds, quality, then one
/// for each metric of each task. Cells are in the order of `means`.
std::vector<ColumnCells> table_columns(const std::vector<SeedMean>& means, Quality quality);

}  // namespace lamina
