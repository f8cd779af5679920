#pragma once
#include <string>
#include <vector>

#include "lamina/config/node.h"

namespace lamina {

/// One key of the configuration and the value that a run gives it.
struct Assignment {
  std::string key;  ///< dotted: "optimizer.learning_rate"
  Node value;
};

struct Choice {
  std::string label;  ///< its part of the run's name; may be empty
  std::vector<Assignment> assignments;
};

/// What a sweep varies, one thing at a time: its designs, one key of its grid, or its seeds.
struct SweepAxis {
  std::vector<Choice> choices;  ///< at least one
  bool in_grid = false;         ///< its values are noted in the records as settings
};

/// The axes of a sweep file: designs, each grid key as written, seeds. Throws UsageError.
std::vector<SweepAxis> sweep_axes(const Node& sweep_file);

}  // namespace lamina
