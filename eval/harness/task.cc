#include "lamina/eval/task.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "fewshot.h"
#include "lamina/core/error.h"
#include "lamina/eval/settings.h"
#include "python/python_text.h"
#include "task_data.h"
#include "task_template.h"
#include "tasks/all_tasks.h"

namespace lamina {
namespace {

const std::vector<TaskDefinition>& definitions() {
  static const std::vector<TaskDefinition> all = [] {
    std::vector<TaskDefinition> tasks{wikitext_task(),      hellaswag_task(), piqa_task(),
                                      winogrande_task(),    sciq_task(),      openbookqa_task(),
                                      boolq_task(),         arc_easy_task(),  arc_challenge_task(),
                                      lambada_openai_task()};
    for (TaskDefinition& subject : mmlu_tasks()) tasks.push_back(std::move(subject));
    return tasks;
  }();
  return all;
}

/// A row, rendered by the templates of its task.
struct Example {
  std::vector<std::string> contexts, choices;
  std::size_t gold = 0;
  std::string original;  ///< the text before detokenisation, in rolling tasks

  std::size_t num_requests() const { return std::max(contexts.size(), choices.size()); }
  const std::string& context(std::size_t i) const { return contexts[contexts.size() == 1 ? 0 : i]; }
  const std::string& choice(std::size_t i) const { return choices[choices.size() == 1 ? 0 : i]; }
  std::string solved(std::string_view gap) const {
    return fmt::format("{}{}{}\n\n", context(gold), gap, choice(gold));
  }
};

/// Index of the gold label in the row's list of labels. Labels and the gold may be numbers.
std::size_t index_of_label(const Gold& gold, const std::string& value, const Json& row) {
  const Json& labels = column_of(row, gold.labels);
  const auto found = std::find_if(labels.begin(), labels.end(), [&](const Json& label) {
    return (label.is_string() ? label.get<std::string>() : label.dump()) == python_lstrip(value);
  });
  if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  throw Error(
      fmt::format("column {}: got \"{}\"; expected one of {}", gold.column, value, labels.dump()));
}

/// The gold as text. A choice between two may be a boolean. Integers may be floats (1.0), because
/// pandas converts a column of integers with missing values.
std::string gold_text(const Gold& gold, const Json& row, bool may_be_boolean) {
  const Json& value = column_of(row, gold.column);
  std::string text = value.is_boolean() || value.is_number_float()
                         ? value.dump()
                         : render(fmt::format("{{{}}}", gold.column), row);
  if (may_be_boolean && (text == "true" || text == "True")) return "1";
  if (may_be_boolean && (text == "false" || text == "False")) return "0";
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

/// Index of the gold answer, given by number or, if it is not a number, by the text of the answer
/// (the letters of MMLU).
std::size_t gold_of(const Gold& gold, const Json& row, const std::vector<std::string>& choices,
                    std::size_t num_answers) {
  if (gold.column.empty()) return gold.always;
  const std::string value = gold_text(gold, row, num_answers == 2 && gold.first == 0);
  if (!gold.labels.empty()) return index_of_label(gold, value, row);
  int number = 0;
  const char* end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, number);
  const int last = gold.first + static_cast<int>(num_answers) - 1;
  const bool is_number = read.ec == std::errc() && read.ptr == end;
  if (is_number && number >= gold.first && number <= last) {
    return static_cast<std::size_t>(number - gold.first);
  }
  const auto answer = std::find(choices.begin(), choices.end(), value);
  if (!is_number && answer != choices.end()) {
    return static_cast<std::size_t>(answer - choices.begin());
  }
  throw Error(fmt::format("column {}: got {}; expected {} to {}", gold.column,
                          column_of(row, gold.column).dump(), gold.first, last));
}

Example example_of(const TaskDefinition& task, Json row) {
  if (task.prepare) task.prepare(row);
  Example example;
  example.contexts = render_all(task.contexts, row);
  example.choices = render_all(task.choices, row);
  example.gold = gold_of(task.gold, row, example.choices, example.num_requests());
  example.original = render(task.original, row);
  if (example.gold >= example.num_requests()) {
    throw Error(fmt::format("column {}: got choice {}; expected at most {}", task.gold.column,
                            example.gold + 1, example.num_requests()));
  }
  return example;
}

/// `prefix` is the description and the shots.
TaskDocument document_of(const Example& example, const std::string& prefix) {
  TaskDocument document;
  document.gold = example.gold;
  document.words = python_split_fields(example.original);
  document.bytes = static_cast<std::int64_t>(example.original.size());
  for (std::size_t i = 0; i < example.num_requests(); ++i) {
    const bool rolling = example.choices.empty();
    document.requests.push_back(
        {prefix + example.context(i), rolling ? "" : " " + example.choice(i)});
    if (!rolling) document.lengths.push_back(python_length(example.choice(i)));
  }
  return document;
}

/// As example_of; errors name the task, file and row.
Example example_at(const TaskDefinition& task, const SplitRows& split, const Json* row) {
  try {
    return example_of(task, *row);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}: {}", task.name, split.location_of(row), error.what()));
  }
}

/// The text of shots, each rendered once.
class SolvedShots {
 public:
  SolvedShots(const TaskDefinition& task, const SplitRows& pool) : task_(task), pool_(pool) {}

  const std::string& text_of(const Json* row) {
    const auto [text, is_new] = texts_.try_emplace(row);
    if (is_new) text->second = example_at(task_, pool_, row).solved(task_.shot_gap);
    return text->second;
  }

 private:
  const TaskDefinition& task_;
  const SplitRows& pool_;
  std::unordered_map<const Json*, std::string> texts_;
};

/// Reads the rows of the scored split and of the shots, and builds the requests in row order.
TaskRequests requests_of(const TaskDefinition& task, TaskData& data, const TaskOptions& options) {
  TaskRequests requests{task.name, task.choices.empty(), task.metrics, {}};
  SplitRows split = data.rows_of(task, task.evaluated);
  if (options.limit > 0 && static_cast<std::size_t>(options.limit) < split.rows.size()) {
    split.rows.resize(static_cast<std::size_t>(options.limit));
  }
  SplitRows pool;
  if (options.num_fewshot > 0) pool = data.rows_of(task, *task.fewshot);
  requests.files = split.files;
  if (!pool.files.empty()) requests.files += fmt::format(", shots from {}", pool.files);
  FewshotSampler sampler(task, options, pool.rows);
  SolvedShots solved(task, pool);
  for (const Json* row : split.rows) {
    std::string prefix = task.description;
    for (const Json* shot : sampler.next(*row)) prefix += solved.text_of(shot);
    requests.documents.push_back(document_of(example_at(task, split, row), prefix));
  }
  return requests;
}

void check(const TaskDefinition& task, const TaskOptions& options) {
  if (options.num_fewshot < 0 || options.num_fewshot > kMaxShots) {
    throw UsageError(fmt::format("{}: got {} shots; expected 0 to {}", task.name,
                                 options.num_fewshot, kMaxShots));
  }
  if (options.num_fewshot > 0 && !task.fewshot) {
    throw UsageError(fmt::format("{}: got {} shots; expected 0 for a rolling task", task.name,
                                 options.num_fewshot));
  }
}

/// The tasks of a group, or the name itself.
std::vector<std::string> parts_of(const std::string& name) {
  for (const TaskGroup& group : mmlu_groups()) {
    if (group.name == name) return group.tasks;
  }
  return {name};
}

const TaskDefinition& definition_of(const std::string& name) {
  for (const TaskDefinition& task : definitions()) {
    if (task.name == name) return task;
  }
  std::string known;
  for (const std::string& each : task_names()) {
    if (!each.starts_with("mmlu_")) known += each + ", ";
  }
  throw UsageError(
      fmt::format("{}: unknown task; expected cloze, {}mmlu_SUBJECT or mmlu_GROUP, optionally with "
                  "a number of shots (NAME_5shot)",
                  name, known));
}

}  // namespace

std::size_t TaskRequests::num_requests() const {
  std::size_t count = 0;
  for (const TaskDocument& document : documents) count += document.requests.size();
  return count;
}

void TaskRequests::forget_texts() {
  for (TaskDocument& document : documents) {
    for (Request& request : document.requests) request = {};
  }
}

std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const TaskDefinition& task : definitions()) names.push_back(task.name);
  for (const TaskGroup& group : mmlu_groups()) names.push_back(group.name);
  return names;
}

std::vector<TaskGroup> task_groups(const std::string& name) {
  std::vector<TaskGroup> reported;
  for (TaskGroup& group : mmlu_groups()) {
    if (name == "mmlu" || name == group.name) reported.push_back(std::move(group));
  }
  return reported;
}

std::vector<TaskRequests> make_task(const std::string& name, const std::filesystem::path& data_dir,
                                    const TaskOptions& options) {
  TaskData data(data_dir);
  std::vector<TaskRequests> parts;
  for (const std::string& part : parts_of(name)) {
    const TaskDefinition& task = definition_of(part);
    check(task, options);
    parts.push_back(requests_of(task, data, options));
  }
  return parts;
}

}  // namespace lamina
