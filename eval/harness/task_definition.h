#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/eval/task.h"

namespace lamina {

enum class Split { kTrain, kValidation, kTest, kDev };

/// How a row specifies the correct answer.
struct Gold {
  std::string_view column = {};  ///< number of the answer (integer or text; boolean if there are 2)
  std::string_view labels = {};  ///< if set: a list of labels, and `column` has the answer's label
  int first = 0;                 ///< the number of the first answer
  std::size_t always = 0;        ///< without a column: index of the answer in every row
};

/// A multiple-choice, last-word or rolling task, declared by templates (task_template.h) over the
/// columns of its rows. Request i is log p(" " + choice i | context i). A single context is
/// combined with every choice, a single choice with every context. A task without choices is
/// rolling: its context is the text to score. A shot is the context and the choice of the gold
/// answer.
struct TaskDefinition {
  std::string name = {};
  std::vector<std::string> folders = {};  ///< in the data folder; the first with the split is used
  Split evaluated = Split::kValidation;
  std::optional<Split> fewshot = Split::kTrain;  ///< split of the shots; empty: no shots allowed
  bool first_shots = false;                      ///< shots are the first rows instead of a sample
  std::string description = {};                  ///< text before the shots and the context
  std::vector<std::string> contexts = {};
  std::vector<std::string> choices = {};
  Gold gold = {};
  std::vector<Metric> metrics = {};
  std::string_view shot_gap = " ";  ///< between the context and the choice of a shot
  std::string original = {};        ///< rolling: the text of which words and bytes are counted
  std::string subject = {};  ///< only rows of this subject, if they have the column `subject`
  void (*prepare)(Json& row) = nullptr;  ///< adds columns that templates cannot express
};

}  // namespace lamina
