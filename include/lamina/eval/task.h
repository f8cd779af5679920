#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/core/record_keys.h"
#include "lamina/eval/request.h"

namespace lamina {

/// One document of a task, ready to be asked.
struct TaskDocument {
  std::vector<Request> requests;           ///< in the harness's order
  std::vector<std::int64_t> lengths = {};  ///< of the choices in Unicode characters, for acc_norm
  std::size_t gold = 0;                    ///< index of the right request
  std::int64_t words = 0;                  ///< of the original text: rolling tasks
  std::int64_t bytes = 0;                  ///< of the original text: rolling tasks
};

/// acc: the likeliest request is the gold one, the first of equals; its greedy form: the document's
/// one request is greedy. acc_norm: acc per character of the choice. perplexity: exp of the mean
/// -log p of a document's one request. Rolling perplexity: word_perplexity, byte_perplexity and
/// bits_per_byte of the whole text.
enum class Metric { kAcc, kGreedyAcc, kAccNorm, kPerplexity, kRollingPerplexity };

/// A task with its data: what the engine scores, and what its answers mean.
struct TaskRequests {
  std::string name;  ///< "hellaswag", "mmlu_anatomy"
  bool rolling = false;
  std::vector<Metric> metrics = {};
  std::vector<TaskDocument> documents = {};
  std::string files = "";  ///< that the documents were read from, and the shots, for messages

  std::size_t num_requests() const;

  /// Frees the requests' texts, which nothing needs once they are tokens; their number stays.
  void forget_texts();
};

struct TaskOptions {
  int num_fewshot = 0;
  std::int64_t limit = 0;            ///< the first documents; 0: all
  std::int64_t fewshot_seed = 1234;  ///< the harness's
};

/// A name that stands for several tasks, and reports their accuracy together.
struct TaskGroup {
  std::string name;
  std::vector<std::string> tasks;
};

/// Names of all tasks and groups that `make_task` takes, in the order of the table in
/// eval/README.md, groups last.
std::vector<std::string> task_names();

/// The groups that scoring `name` reports: mmlu's four and itself, mmlu_stem itself, a task's none.
std::vector<TaskGroup> task_groups(const std::string& name);

/// The task of a name: itself, or the parts of a group (mmlu: 57). Reads the data from folders of
/// `data_dir` (eval/README.md, "Where data are looked for"). Shots are drawn in the order of the
/// documents, as the harness does on one rank.
/// Throws UsageError on an unknown name, on data that are missing (what to put where), and on more
/// shots than there are; Error naming file, row and column where a row is not the task's.
std::vector<TaskRequests> make_task(const std::string& name, const std::filesystem::path& data_dir,
                                    const TaskOptions& options);

/// {metric: value, metric_stderr: value} as the harness computes them; "N/A" where it says so.
/// Where answers are not finite, the values are null, and kNonfiniteAnswers is their number.
/// `responses` has one for each request, documents in order. A perplexity's error is a bootstrap,
/// shared among threads, the same for any number of them; 0 iterations: "N/A".
Json task_metrics(const TaskRequests& task, std::span<const Response> responses,
                  std::int64_t bootstrap_iterations = 100'000);

/// A part of a group: how many documents it has, and their task_metrics.
struct PartMetrics {
  std::size_t num_documents = 0;
  Json metrics;
};

/// The harness's aggregation over the parts of a group, by their sizes: {acc, acc_stderr}; null
/// with kNonfiniteAnswers where a part has such.
Json group_metrics(std::span<const PartMetrics> parts);

}  // namespace lamina
