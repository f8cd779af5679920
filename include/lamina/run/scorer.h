#pragma once
#include <optional>
#include <span>

#include "lamina/core/json_lines.h"
#include "lamina/data/prepare.h"
#include "lamina/dist/process_group.h"
#include "lamina/eval/encoded_task.h"
#include "lamina/eval/held_out_text.h"
#include "lamina/eval/perplexity.h"
#include "lamina/model/decoder.h"
#include "lamina/record/run_record.h"
#include "lamina/run/run_settings.h"

namespace lamina {

/// A task of the settings: itself, or the parts of a group.
struct RequestedTask {
  std::string name;   ///< "hellaswag"
  std::string shots;  ///< what is added to the name of a task: "_10shot" or nothing
  std::vector<TaskRequests> parts;
  std::vector<EncodedTask> encoded;  ///< of each part
};

/// The tasks of the settings with their documents read; cloze's are made of held-out text, later.
/// Throws UsageError of data that are missing.
std::vector<RequestedTask> load_tasks(const EvaluationSettings& settings);

/// Scores models on a run's held-out text and on its tasks; all texts and requests are made once.
class Scorer {
 public:
  /// Without token files for validation there is no held-out text to score.
  Scorer(const RunSettings& settings, const ModelSpec& spec, const PreparedData& data,
         std::vector<RequestedTask> tasks);

  /// "bytes", or a name that tells tokenizers apart, for records.
  std::string tokenizer_name() const;
  const Tokenizer& tokenizer() const { return *tokenizer_; }

  /// A line for each text that is scored: "piqa: 24 documents of sets/piqa/validation.jsonl".
  std::vector<std::string> files_read() const;

  /// Collective. Perplexity of the held-out text; none where there is no such text.
  std::optional<Perplexity> perplexity(const Decoder& model, const ProcessGroup& group) const;

  /// Collective. {"tasks": {task: {metric: value, metric_stderr: value}}, "task_parts": the same of
  /// the parts of groups} on rank 0, both empty on others. With the hash of the model's weights,
  /// answers are looked for in evaluation.cache first, and kept there.
  Json tasks(const Decoder& model, const ProcessGroup& group,
             const std::string& weights_hash = "") const;

  /// Collective. {"validation": {...}, "tasks": {...}, "task_parts": {...}, "baselines": {...}}.
  Json all(const Decoder& model, const ProcessGroup& group,
           const std::string& weights_hash = "") const;

 private:
  void make_cloze_of_held_out_text(RequestedTask& task) const;
  void check_vocabulary(std::span<const TokenId> tokens, const std::string& where) const;
  std::vector<Response> answers(const RequestedTask& task, std::size_t part, const Decoder& model,
                                const ProcessGroup& group, const std::string& weights_hash) const;
  Json baselines() const;

  RunSettings settings_;
  PreparedData data_;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::int64_t vocab_size_;  ///< of the model
  std::optional<HeldOutText> text_;
  std::vector<RequestedTask> tasks_;
};

/// Puts what Scorer::all gives into a record.
void add_scores(const Json& scores, RunRecord& record);

}  // namespace lamina
