#include "all_tasks.h"
#include "harness/task_template.h"
#include "python/python_text.h"

namespace lamina {
namespace {

/// Deletes every shortest "[...]" on one line: the regular expression \[.*?\].
std::string without_brackets(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t close = text[at] == '[' ? text.find_first_of("]\n", at) : text.npos;
    if (close != text.npos && text[close] == ']') {
      at = close + 1;
    } else {
      kept += text[at++];
    }
  }
  return kept;
}

/// Removes WikiHow markup as lm-evaluation-harness does, which may leave whitespace at the ends.
std::string cleaned(std::string_view text) {
  const std::string titled = python_replace(python_strip(text), " [title]", ". ");
  return python_replace(without_brackets(titled), "  ", " ");
}

void clean_row(Json& row) {
  row["query"] = cleaned(render("{activity_label}: {ctx_a} ", row) +
                         python_capitalize(render("{ctx_b}", row)));
  for (Json& ending : row["endings"] = column_of(row, "endings")) {
    ending = cleaned(render("{ending}", Json{{"ending", ending}}));
  }
}

}  // namespace

TaskDefinition hellaswag_task() {
  return {.name = "hellaswag",
          .folders = {"hellaswag"},
          .evaluated = Split::kValidation,
          .fewshot = Split::kTrain,
          .contexts = {"{query}"},
          .choices = {"{endings[]}"},
          .gold = {.column = "label"},
          .metrics = {Metric::kAcc, Metric::kAccNorm},
          .prepare = clean_row};
}

}  // namespace lamina
