#include "all_tasks.h"

namespace lamina {

TaskDefinition openbookqa_task() {
  return {.name = "openbookqa",
          .folders = {"openbookqa/main", "openbookqa"},
          .evaluated = Split::kTest,
          .fewshot = Split::kTrain,
          .contexts = {"{question_stem}"},
          .choices = {"{choices.text[]}"},
          .gold = {.column = "answerKey", .labels = "choices.label"},
          .metrics = {Metric::kAcc, Metric::kAccNorm}};
}

}  // namespace lamina
