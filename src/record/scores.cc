#include "lamina/record/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lamina {
namespace {

std::optional<double> finite_value(const Json& value) {
  if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
  return value.get<double>();
}

}  // namespace

std::optional<double> find_metric(const Metrics& metrics, std::string_view name) {
  const auto found = std::ranges::find(metrics, name, &Metrics::value_type::first);
  if (found == metrics.end()) return std::nullopt;
  return found->second.value_or(std::numeric_limits<double>::quiet_NaN());
}

TaskMetrics task_metrics_of(const Json& scores) {
  TaskMetrics tasks;
  for (const auto& [task, values] : scores.items()) {
    Metrics& metrics = tasks.emplace_back(task, Metrics{}).second;
    for (const auto& [name, value] : values.items()) {
      if (!value.is_string()) metrics.emplace_back(name, finite_value(value));
    }
  }
  return tasks;
}

}  // namespace lamina
