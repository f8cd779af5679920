#pragma once
#include <algorithm>

#include "lamina/report/table.h"

namespace lamina {

/// Explains the mark of Pareto-optimal rows, in every format that has notes.
inline constexpr const char* kParetoLegend =
    "Pareto-optimal: no other row is at least as good in both KV bytes and validation quality and "
    "better in one of them.";

inline bool has_pareto_row(const Table& table) {
  return std::ranges::any_of(table.rows, &Row::is_pareto);
}

}  // namespace lamina
