#include "all_tasks.h"
#include "harness/task_template.h"
#include "lamina/core/error.h"

namespace lamina {
namespace {

/// Splits the sentence at the gap that one of two names fills.
void split_at_gap(Json& row) {
  const std::string sentence = render("{sentence}", row);
  const std::size_t gap = sentence.find('_');
  if (gap == std::string::npos) throw Error("column sentence has no gap \"_\"");
  row["before_gap"] = sentence.substr(0, gap);
  row["after_gap"] = sentence.substr(gap + 1);
}

}  // namespace

/// Partial scoring (Trinh and Le 2018): the probability of the end of the sentence, given each
/// name.
TaskDefinition winogrande_task() {
  return {.name = "winogrande",
          .folders = {"winogrande/winogrande_xl", "winogrande"},
          .evaluated = Split::kValidation,
          .fewshot = Split::kTrain,
          .contexts = {"{before_gap}{option1}", "{before_gap}{option2}"},
          .choices = {"{after_gap|strip}"},
          .gold = {.column = "answer", .first = 1},
          .metrics = {Metric::kAcc},
          .prepare = split_at_gap};
}

}  // namespace lamina
