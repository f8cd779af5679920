#pragma once
#include <string>
#include <vector>

#include "harness/task_definition.h"

namespace lamina {

TaskDefinition wikitext_task();
TaskDefinition hellaswag_task();
TaskDefinition piqa_task();
TaskDefinition winogrande_task();
TaskDefinition sciq_task();
TaskDefinition openbookqa_task();
TaskDefinition boolq_task();
TaskDefinition arc_easy_task();
TaskDefinition arc_challenge_task();
TaskDefinition lambada_openai_task();

/// The 57 subjects, in the order of their groups.
std::vector<TaskDefinition> mmlu_tasks();

/// mmlu_stem, mmlu_other, mmlu_social_sciences, mmlu_humanities, mmlu.
std::vector<TaskGroup> mmlu_groups();

}  // namespace lamina
