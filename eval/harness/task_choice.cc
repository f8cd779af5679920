#include "lamina/eval/task_choice.h"

#include <regex>

namespace lamina {

TaskChoice parse_task_choice(const std::string& text, std::int64_t default_fewshot) {
  static const std::regex with_shots("(.+)_([0-9]{1,9})shot");
  std::smatch match;
  TaskChoice choice{text, static_cast<int>(default_fewshot)};
  if (std::regex_match(text, match, with_shots)) choice = {match[1], std::stoi(match[2])};
  return choice;
}

}  // namespace lamina
