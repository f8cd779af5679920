#pragma once
#include <string>

#include "lamina/core/json_lines.h"

namespace lamina {

/// {task: {metric: value}} of what a Scorer gives, the held-out text's under "validation".
Json by_task(const Json& scores);

/// A line a task: its metrics with their standard errors; "not finite" where they are.
std::string scores_text(const Json& scores_by_task);

}  // namespace lamina
