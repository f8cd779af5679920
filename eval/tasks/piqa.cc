#include "all_tasks.h"

namespace lamina {

TaskDefinition piqa_task() {
  return {.name = "piqa",
          .folders = {"piqa"},
          .evaluated = Split::kValidation,
          .fewshot = Split::kTrain,
          .contexts = {"Question: {goal}\nAnswer:"},
          .choices = {"{sol1}", "{sol2}"},
          .gold = {.column = "label"},
          .metrics = {Metric::kAcc, Metric::kAccNorm}};
}

}  // namespace lamina
