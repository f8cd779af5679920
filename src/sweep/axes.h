#pragma once
#include <string>
#include <vector>

#include "lamina/config/node.h"

namespace lamina {

/// A key of the configuration and its value in a run.
struct Assignment {
  std::string key;  ///< dotted: "optimizer.learning_rate"
  Node value;
};

/// One value of an axis.
struct Choice {
  std::string label;  ///< its part of the run's name; may be empty
  std::vector<Assignment> assignments;
};

/// One dimension of a sweep: its designs, one key of its grid, or its seeds.
struct SweepAxis {
  std::vector<Choice> choices;  ///< at least one
  bool in_grid = false;         ///< its values are written into records as settings
};

/// The axes of a sweep file: designs, grid keys in their order in the file, seeds. Throws
/// UsageError.
std::vector<SweepAxis> sweep_axes(const Node& sweep_file);

}  // namespace lamina
