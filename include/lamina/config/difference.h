#pragma once
#include <optional>
#include <string>

#include "lamina/config/node.h"

namespace lamina {

/// A setting that two configurations have with different values, in YAML; "unset" where one of them
/// does not have it.
struct SettingDifference {
  std::string key;  ///< dotted; "data.train[1].weight" inside a list of maps
  std::string before;
  std::string now;

  std::string text() const;  ///< "optimizer.learning_rate was 0.001, now is 0.002"
};

/// The first setting that differs, in the order of `before`, then among those that `now` alone has.
/// The order of keys and the spelling of numbers and texts make no difference (1e-3 is 0.001, but
/// not "0.001" in quotes), and null is the same as absent. None where the two agree.
std::optional<SettingDifference> first_difference(const Node& before, const Node& now);

}  // namespace lamina
