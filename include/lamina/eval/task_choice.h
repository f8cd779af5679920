#pragma once
#include <cstdint>
#include <string>

namespace lamina {

/// One entry of evaluation.tasks.
struct TaskChoice {
  std::string name;
  int num_fewshot = 0;
};

/// Parses "hellaswag", which gets `default_fewshot` shots, or "hellaswag_10shot". Accepts any name
/// and number: make_task checks them.
TaskChoice parse_task_choice(const std::string& text, std::int64_t default_fewshot);

}  // namespace lamina
