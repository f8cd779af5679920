#pragma once
#include <cstdint>
#include <string>

namespace lamina {

/// One entry of evaluation.tasks.
struct TaskChoice {
  std::string name;
  int num_fewshot = 0;
};

/// "hellaswag" or, with its number of shots, "hellaswag_10shot". Whether there is such a task is
/// make_task's business.
TaskChoice parse_task_choice(const std::string& text, std::int64_t default_fewshot);

}  // namespace lamina
