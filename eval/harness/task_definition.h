#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/eval/task.h"

namespace lamina {

enum class Split { kTrain, kValidation, kTest, kDev };

/// Where a row says which answer is right.
struct Gold {
  std::string_view column = {};  ///< a number, as an integer or text; of two also a truth value
  std::string_view labels = {};  ///< a column of names: the answer is the place of the gold's name
  int first = 0;                 ///< the number of the first answer
  std::size_t always = 0;        ///< without a column: the place in every row
};

/// What a multiple-choice, last-word or rolling task is, in templates (task_template.h) over the
/// columns of its rows. Request i is log p(" " + choice i | context i); a task that has one context
/// asks it with every choice, one that has one choice asks it after every context. A task without
/// choices is rolling: its context is the text. A shot is the gold's context and choice.
struct TaskDefinition {
  std::string name = {};
  std::vector<std::string> folders = {};  ///< under the data folder, the first that has the split
  Split evaluated = Split::kValidation;
  std::optional<Split> fewshot = Split::kTrain;  ///< where shots come from; none: takes no shots
  bool first_shots = false;                      ///< the pool's first rows, not a sample
  std::string description = {};                  ///< before shots and context
  std::vector<std::string> contexts = {};
  std::vector<std::string> choices = {};
  Gold gold = {};
  std::vector<Metric> metrics = {};
  std::string_view shot_gap = " ";  ///< between the context and the choice of a shot
  std::string original = {};        ///< rolling: the text whose words and bytes count
  std::string subject = {};  ///< only the rows whose column `subject` is this, where it exists
  void (*prepare)(Json& row) = nullptr;  ///< adds the columns that templates cannot say
};

}  // namespace lamina
