#pragma once
#include <filesystem>
#include <optional>

#include "lamina/core/json_lines.h"
#include "lamina/train/trainer.h"

namespace lamina {

/// A run's metrics.jsonl: one line for every `log_every_steps` steps and one for every validation.
/// When a run goes on from a checkpoint, lines of later steps are dropped first, so that the file
/// reads as if the run had never been interrupted.
class MetricsLog {
 public:
  /// Numbers that do not change during the run.
  struct Rates {
    std::int64_t num_steps = 0;
    std::int64_t tokens_per_step = 0;
    double flops_per_token = 0;
    double peak_flops = 0;  ///< of all ranks together
    std::int64_t log_every_steps = 1;
  };

  MetricsLog(const std::filesystem::path& file, std::int64_t resumed_step, const Rates& rates);

  /// Notes a step; writes a line when it is due, its loss and the rate since the last line, and
  /// returns it.
  std::optional<Json> add_step(const TrainingState& state, const StepResult& result,
                               std::int64_t memory_bytes);

  /// Writes {"step", "tokens", ...fields}. The time it took does not count as training time.
  void add_validation(const TrainingState& state, const Json& fields);

  double tokens_per_second() const;  ///< mean since the run was started or resumed
  double mfu() const { return tokens_per_second() * rates_.flops_per_token / rates_.peak_flops; }

 private:
  JsonLinesWriter writer_;
  Rates rates_;
  double line_start_seconds_, training_seconds_ = 0;
  std::int64_t num_steps_in_line_ = 0, num_steps_timed_ = 0;
};

}  // namespace lamina
