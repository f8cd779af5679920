#pragma once
#include <string>
#include <vector>

#include "lamina/report/table.h"
#include "seeds.h"

namespace lamina {

/// What stands in a cell that has no value.
inline constexpr const char* kNoValue = "–";
inline constexpr const char* kNotFinite = "not finite";

/// A column with the cells of all rows, best ones marked.
struct ColumnCells {
  Column column;
  std::vector<Cell> cells = {};
};

bool is_accuracy(const std::string& metric);

/// Design, shape, cost, varied conditions, quality, then one for each metric of each task.
std::vector<ColumnCells> table_columns(const std::vector<SeedMean>& means, Quality quality);

}  // namespace lamina
