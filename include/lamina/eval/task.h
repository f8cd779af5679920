#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/eval/request.h"

namespace lamina {

/// One document of a task, ready to be asked.
struct TaskDocument {
  std::vector<Request> requests;      ///< in the harness's order
  std::vector<std::int64_t> lengths;  ///< of the choices in Unicode characters, for acc_norm
  std::size_t gold = 0;               ///< index of the right request
  std::int64_t words = 0;             ///< of the original text: rolling tasks
  std::int64_t bytes = 0;             ///< of the original text: rolling tasks
};

enum class Metric { kAcc, kAccNorm, kPerplexity, kRollingPerplexity };

/// A task with its data: what the engine scores, and what its answers mean.
struct TaskRequests {
  std::string name;  ///< "hellaswag", "mmlu_anatomy"
  int num_fewshot = 0;
  bool rolling = false;
  std::vector<Metric> metrics;
  std::vector<TaskDocument> documents;

  std::size_t num_requests() const;
};

struct TaskOptions {
  int num_fewshot = 0;
  std::int64_t limit = 0;            ///< the first documents; 0: all
  std::int64_t fewshot_seed = 1234;  ///< the harness's
};

/// Names of all tasks and groups that `make_task` takes, in the order of the table in README.md.
std::vector<std::string> task_names();

/// The task of a name: itself, or the parts of a group (mmlu: 57). Reads `data_dir`/NAME.
/// Throws UsageError on an unknown name, on data that are missing (what to put where), and on more
/// shots than there are.
std::vector<TaskRequests> make_task(const std::string& name, const std::filesystem::path& data_dir,
                                    const TaskOptions& options);

/// {metric: value, metric_stderr: value} as the harness computes them; "N/A" where it says so.
/// `responses` has one for each request, documents in order.
Json task_metrics(const TaskRequests& task, std::span<const Response> responses,
                  std::int64_t bootstrap_iterations = 100'000);

/// The harness's aggregation over the parts of a group, by their sizes: {acc, acc_stderr}.
Json group_metrics(std::span<const TaskRequests> parts, std::span<const Json> metrics);

}  // namespace lamina
