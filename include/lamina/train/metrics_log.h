#pragma once
#include <filesystem>
#include <optional>

#include "lamina/core/json_lines.h"
#include "lamina/train/trainer.h"

namespace lamina {

/// A run's metrics.jsonl (docs/formats.md): one line every `log_every_steps` steps, one for the
/// last step and one for every validation. If a run resumes from a checkpoint, lines of later steps
/// are removed first, so that the file reads as if the run had never been interrupted. Rank 0 only.
class MetricsLog {
 public:
  /// Constants of the run.
  struct Rates {
    std::int64_t num_steps = 0;
    std::int64_t tokens_per_step = 0;
    double flops_per_token = 0;  ///< forward and backward
    double peak_flops = 0;       ///< FLOP/s of all ranks together
    std::int64_t log_every_steps = 1;
  };

  /// `resumed_step` is 0 for a new run. Throws Error if the file cannot be read or written.
  MetricsLog(const std::filesystem::path& file, std::int64_t resumed_step, const Rates& rates);

  /// Counts a step. If a line is due, writes it, with the loss of this step and the rate since the
  /// last line, and returns it.
  std::optional<Json> add_step(const TrainingState& state, const StepResult& result,
                               std::int64_t memory_bytes);

  /// Writes {"step", "tokens", ...fields}. The time since the last line, which the validation took,
  /// is not counted as training time.
  void add_validation(const TrainingState& state, const Json& fields);

  double tokens_per_second() const;  ///< mean since this start of the run; 0 before a line

  /// Model FLOPs utilization (Chowdhery et al., "PaLM", arXiv 2204.02311, appendix B), against
  /// `peak_flops`.
  double mfu() const { return tokens_per_second() * rates_.flops_per_token / rates_.peak_flops; }

 private:
  JsonLinesWriter writer_;
  Rates rates_;
  double line_start_seconds_, training_seconds_ = 0;
  std::int64_t num_steps_in_line_ = 0, num_steps_timed_ = 0;
};

}  // namespace lamina
