#include "all_tasks.h"
#include "python/python_text.h"

namespace lamina {
namespace {

const std::vector<TaskGroup>& subjects_by_group() {
  static const std::vector<TaskGroup> groups{
      {"stem",
       {"abstract_algebra", "anatomy", "astronomy", "college_biology", "college_chemistry",
        "college_computer_science", "college_mathematics", "college_physics", "computer_security",
        "conceptual_physics", "electrical_engineering", "elementary_mathematics",
        "high_school_biology", "high_school_chemistry", "high_school_computer_science",
        "high_school_mathematics", "high_school_physics", "high_school_statistics",
        "machine_learning"}},
      {"other",
       {"business_ethics", "clinical_knowledge", "college_medicine", "global_facts", "human_aging",
        "management", "marketing", "medical_genetics", "miscellaneous", "nutrition",
        "professional_accounting", "professional_medicine", "virology"}},
      {"social_sciences",
       {"econometrics", "high_school_geography", "high_school_government_and_politics",
        "high_school_macroeconomics", "high_school_microeconomics", "high_school_psychology",
        "human_sexuality", "professional_psychology", "public_relations", "security_studies",
        "sociology", "us_foreign_policy"}},
      {"humanities",
       {"formal_logic", "high_school_european_history", "high_school_us_history",
        "high_school_world_history", "international_law", "jurisprudence", "logical_fallacies",
        "moral_disputes", "moral_scenarios", "philosophy", "prehistory", "professional_law",
        "world_religions"}}};
  return groups;
}

TaskDefinition subject_task(const std::string& subject) {
  return {.name = "mmlu_" + subject,
          .folders = {"mmlu/" + subject, "mmlu/all", "mmlu", "mmlu/hf_save_to_disk/" + subject},
          .evaluated = Split::kTest,
          .fewshot = Split::kDev,
          .first_shots = true,
          .description = "The following are multiple choice questions (with answers) about " +
                         python_replace(subject, "_", " ") + ".\n\n",
          .contexts = {"{question|strip}\nA. {choices.0}\nB. {choices.1}\nC. {choices.2}\n"
                       "D. {choices.3}\nAnswer:"},
          .choices = {"A", "B", "C", "D"},
          .gold = {.column = "answer"},
          .metrics = {Metric::kAcc},
          .subject = subject};
}

}  // namespace

std::vector<TaskDefinition> mmlu_tasks() {
  std::vector<TaskDefinition> tasks;
  for (const TaskGroup& group : subjects_by_group()) {
    for (const std::string& subject : group.tasks) tasks.push_back(subject_task(subject));
  }
  return tasks;
}

std::vector<TaskGroup> mmlu_groups() {
  std::vector<TaskGroup> groups;
  TaskGroup whole{"mmlu", {}};
  for (const TaskGroup& group : subjects_by_group()) {
    TaskGroup named{"mmlu_" + group.name, {}};
    for (const std::string& subject : group.tasks) named.tasks.push_back("mmlu_" + subject);
    whole.tasks.insert(whole.tasks.end(), named.tasks.begin(), named.tasks.end());
    groups.push_back(std::move(named));
  }
  groups.push_back(std::move(whole));
  return groups;
}

}  // namespace lamina
