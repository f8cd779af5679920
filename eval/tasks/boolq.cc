#include "all_tasks.h"
#include "lamina/core/error.h"

namespace lamina {
namespace {

/// google/boolq has the same questions with other passages, so its scores are not comparable.
void reject_untitled(Json& row) {
  if (!row.contains("label") && row.contains("answer")) {
    throw UsageError(
        "got google/boolq (column answer), whose passages have no titles; expected SuperGLUE's "
        "boolq (columns question, passage, label)");
  }
}

}  // namespace

TaskDefinition boolq_task() {
  return {.name = "boolq",
          .folders = {"boolq", "super_glue/boolq"},
          .evaluated = Split::kValidation,
          .fewshot = Split::kTrain,
          .contexts = {"{passage}\nQuestion: {question}?\nAnswer:"},
          .choices = {"no", "yes"},
          .gold = {.column = "label"},
          .metrics = {Metric::kAcc},
          .prepare = reject_untitled};
}

}  // namespace lamina
