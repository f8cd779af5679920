#include "all_tasks.h"

namespace lamina {

TaskDefinition sciq_task() {
  return {.name = "sciq",
          .folders = {"sciq"},
          .evaluated = Split::kTest,
          .fewshot = Split::kTrain,
          .contexts = {"{support|lstrip}\nQuestion: {question}\nAnswer:"},
          .choices = {"{distractor1}", "{distractor2}", "{distractor3}", "{correct_answer}"},
          .gold = {.always = 3},
          .metrics = {Metric::kAcc, Metric::kAccNorm}};
}

}  // namespace lamina
