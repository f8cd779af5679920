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

/// The requests of one document of a task.
struct TaskDocument {
  std::vector<Request> requests;           ///< in the order of lm-evaluation-harness
  std::vector<std::int64_t> lengths = {};  ///< of the choices in Unicode characters, for acc_norm
  std::size_t gold = 0;                    ///< index of the correct request
  std::int64_t words = 0;                  ///< of the original text, in rolling tasks
  std::int64_t bytes = 0;                  ///< of the original text, in rolling tasks
};

/// The metrics of lm-evaluation-harness.
enum class Metric {
  kAcc,         ///< acc: the gold request has the highest log-likelihood; of equal ones, the first
  kGreedyAcc,   ///< acc of tasks with one request per document: the request is greedy
  kAccNorm,     ///< acc_norm: as acc, with log-likelihoods divided by lengths
  kPerplexity,  ///< perplexity: exp(mean of -log p over requests)
  kRollingPerplexity  ///< word_perplexity, byte_perplexity, bits_per_byte of all text
};

/// A task with its data: the requests to score, and how to compute metrics from the answers.
struct TaskRequests {
  std::string name;  ///< "hellaswag", "mmlu_anatomy"
  bool rolling = false;
  std::vector<Metric> metrics = {};
  std::vector<TaskDocument> documents = {};
  std::string files = "";  ///< files of the documents and of the shots, for messages

  std::size_t num_requests() const;

  /// Frees the texts of the requests, which are not needed after encoding; num_requests() stays.
  void forget_texts();
};

struct TaskOptions {
  int num_fewshot = 0;
  std::int64_t limit = 0;            ///< use only the first documents; 0: all
  std::int64_t fewshot_seed = 1234;  ///< default of lm-evaluation-harness
};

/// A name for several tasks that reports their combined accuracy.
struct TaskGroup {
  std::string name;
  std::vector<std::string> tasks;
};

/// Names of all tasks and groups that `make_task` accepts, in the order of the table in
/// eval/README.md, groups last.
std::vector<std::string> task_names();

/// The groups that are reported when `name` is scored: five for mmlu (its four parts and itself),
/// one for such a part, none for a task.
std::vector<TaskGroup> task_groups(const std::string& name);

/// Builds the requests of a task, or of each task of a group (57 for mmlu). Reads the data from
/// folders in `data_dir` (eval/README.md, "Data files"). Shots are drawn in document
/// order, as lm-evaluation-harness does on one rank.
/// Throws UsageError for an unknown name, for missing data (with the files to provide), and for
/// more shots than rows; Error that names the file, row and column if a row is invalid.
std::vector<TaskRequests> make_task(const std::string& name, const std::filesystem::path& data_dir,
                                    const TaskOptions& options);

/// {metric: value, metric_stderr: value} as lm-evaluation-harness computes them, "N/A" included.
/// `responses` has one entry per request, in document order; throws Error if the number differs. If
/// any answer is not finite, all values are null, and kNonfiniteAnswers is the number of such
/// answers. The standard error of a perplexity is a bootstrap, computed on all cores with a result
/// that does not depend on their number; fewer than 2 iterations give "N/A".
Json task_metrics(const TaskRequests& task, std::span<const Response> responses,
                  std::int64_t bootstrap_iterations = 100'000);

/// A task of a group: its number of documents and its task_metrics.
struct PartMetrics {
  std::size_t num_documents = 0;
  Json metrics;
};

/// {acc, acc_stderr} of a group: the mean weighted by number of documents and the pooled standard
/// error, as in lm-evaluation-harness; null, with kNonfiniteAnswers, if a part has such answers.
Json group_metrics(std::span<const PartMetrics> parts);

}  // namespace lamina
