#include "lamina/eval/task_choice.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <regex>

#include "lamina/core/error.h"
#include "lamina/eval/task.h"

namespace lamina {

TaskChoice parse_task_choice(const std::string& text, std::int64_t default_fewshot) {
  static const std::regex with_shots("(.+)_([0-9]{1,3})shot");
  std::smatch match;
  TaskChoice choice{text, static_cast<int>(default_fewshot)};
  if (std::regex_match(text, match, with_shots)) choice = {match[1], std::stoi(match[2])};
  std::vector<std::string> known = task_names();
  known.insert(known.begin(), "cloze");
  if (std::ranges::find(known, choice.name) == known.end()) {
    throw SettingError("evaluation.tasks",
                       fmt::format("got \"{}\"; known are {}, each also as NAME_5shot", text,
                                   fmt::join(known, ", ")));
  }
  return choice;
}

}  // namespace lamina
