#pragma once
#include "lamina/config/node.h"
#include "lamina/core/json_lines.h"

namespace lamina {

/// The value of a node: two spellings of one number or one text give equal values. An unquoted
/// scalar is a boolean or a finite number where it reads as one.
Json json_of(const Node& node);

}  // namespace lamina
