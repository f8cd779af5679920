#pragma once
#include <string>
#include <utility>
#include <vector>

#include "lamina/config/node.h"

namespace lamina {

/// The settings of a tree in written order, as (dotted key, value in YAML): maps are opened, lists
/// are values.
std::vector<std::pair<std::string, std::string>> dotted_settings(const Node& root);

}  // namespace lamina
