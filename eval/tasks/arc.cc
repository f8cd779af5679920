#include "all_tasks.h"

namespace lamina {
namespace {

TaskDefinition arc_task(const std::string& name, const std::string& configuration) {
  return {.name = name,
          .folders = {name + "/" + configuration, name, "ai2_arc/" + configuration},
          .evaluated = Split::kTest,
          .fewshot = Split::kTrain,
          .contexts = {"Question: {question}\nAnswer:"},
          .choices = {"{choices.text[]}"},
          .gold = {.column = "answerKey", .labels = "choices.label"},
          .metrics = {Metric::kAcc, Metric::kAccNorm}};
}

}  // namespace

TaskDefinition arc_easy_task() { return arc_task("arc_easy", "ARC-Easy"); }
TaskDefinition arc_challenge_task() { return arc_task("arc_challenge", "ARC-Challenge"); }

}  // namespace lamina
