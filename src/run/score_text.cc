#include "lamina/run/score_text.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "lamina/core/units.h"

namespace lamina {
namespace {

std::string metric_text(const Json& metrics, const std::string& name) {
  const Json& value = metrics.at(name);
  if (value.is_number_integer()) return fmt::format("  {} {}", name, grouped(value));
  if (value.is_null() || !std::isfinite(value.get<double>())) {
    return fmt::format("  {} not finite", name);
  }
  std::string text = fmt::format("  {} {}", name, measured_number(value.get<double>(), 4));
  const Json error = metrics.value(name + "_stderr", Json());
  if (error.is_number()) text += " ± " + measured_number(error.get<double>(), 4);
  return text;
}

}  // namespace

Json by_task(const Json& scores) {
  Json result = Json::object();
  if (scores.contains("validation")) result["validation"] = scores["validation"];
  result.update(scores["tasks"]);
  result.update(scores["task_parts"]);
  return result;
}

std::string scores_text(const Json& scores_by_task) {
  std::size_t width = 20;
  for (const auto& [task, metrics] : scores_by_task.items()) width = std::max(width, task.size());
  std::string text;
  for (const auto& [task, metrics] : scores_by_task.items()) {
    text += fmt::format("{:<{}}", task, width);
    for (const auto& [metric, value] : metrics.items()) {
      const bool is_measured = value.is_number() || value.is_null();
      if (is_measured && !metric.ends_with("_stderr")) text += metric_text(metrics, metric);
    }
    text += "\n";
  }
  return text;
}

}  // namespace lamina
