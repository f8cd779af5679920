#pragma once
#include <string>
#include <vector>

#include "harness/task_definition.h"

namespace lamina {

// Prompts, splits and metrics are those of lm-evaluation-harness; README.md has the table.

/// WikiText-2 (Merity et al. 2016): rolling perplexity of whole pages.
TaskDefinition wikitext_task();

/// HellaSwag (Zellers et al. 2019): the ending of a description, of four.
TaskDefinition hellaswag_task();

/// PIQA (Bisk et al. 2020): the way to reach a goal, of two.
TaskDefinition piqa_task();

/// WinoGrande (Sakaguchi et al. 2020): the name that fills a gap, of two.
TaskDefinition winogrande_task();

/// SciQ (Welbl et al. 2017): science questions with a supporting text, four answers.
TaskDefinition sciq_task();

/// OpenBookQA (Mihaylov et al. 2018): science questions without the book's facts, four answers.
TaskDefinition openbookqa_task();

/// BoolQ (Clark et al. 2019), in the version of SuperGLUE (Wang et al. 2019): yes or no.
TaskDefinition boolq_task();

/// ARC (Clark et al. 2018), the easy and the challenge set: science questions, three to five
/// answers.
TaskDefinition arc_easy_task();
TaskDefinition arc_challenge_task();

/// LAMBADA (Paperno et al. 2016), in OpenAI's version: the last word of a passage.
TaskDefinition lambada_openai_task();

/// MMLU (Hendrycks et al. 2021): the tasks of the 57 subjects, in the order of their groups.
std::vector<TaskDefinition> mmlu_tasks();

/// The groups mmlu_stem, mmlu_other, mmlu_social_sciences, mmlu_humanities and mmlu.
std::vector<TaskGroup> mmlu_groups();

}  // namespace lamina
