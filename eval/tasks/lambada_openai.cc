#include "all_tasks.h"
#include "harness/task_template.h"

namespace lamina {
namespace {

void split_last_word(Json& row) {
  const std::string text = render("{text}", row);
  const std::size_t space = text.rfind(' ');
  const bool one_word = space == std::string::npos;
  row["before"] = one_word ? "" : text.substr(0, space);
  row["last_word"] = one_word ? text : text.substr(space + 1);
}

}  // namespace

TaskDefinition lambada_openai_task() {
  return {
      .name = "lambada_openai",
      .folders = {"lambada_openai/default", "lambada_openai"},
      .evaluated = Split::kTest,
      .fewshot = Split::kTest,
      .contexts = {"{before}"},
      .choices = {"{last_word}"},
      .metrics = {Metric::kPerplexity, Metric::kGreedyAcc},
      .shot_gap = "  ",  // as in lm-evaluation-harness: the word includes one, the shot adds one
      .prepare = split_last_word};
}

}  // namespace lamina
