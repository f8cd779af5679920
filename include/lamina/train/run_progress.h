#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace lamina {

/// How far a run has come and how long it will still take, from the times that it is told. Seconds
/// are of any clock. Evaluations between steps do not count.
class RunProgress {
 public:
  /// Steps [first_step, num_steps) are to be made.
  RunProgress(std::int64_t num_steps, std::int64_t first_step)
      : num_steps_(num_steps), step_(first_step) {}

  void start_step(double now_seconds);
  void end_micro_batch(std::int64_t done, std::int64_t count, double now_seconds);
  void end_step(double now_seconds);

  /// "step 12/500", and within a step of several micro-batches "step 13/500 (micro-batch 3/8)".
  std::string text() const;

  /// Of whole steps, the later ones weighing more; before there is one, of the micro-batches so
  /// far. None before the first micro-batch.
  std::optional<double> seconds_per_step() const;

  /// Of this run's steps. None before the first micro-batch.
  std::optional<double> seconds_left(double now_seconds) const;

 private:
  bool is_in_step() const { return num_micro_batches_ > 0; }

  std::int64_t num_steps_, step_;
  std::int64_t micro_batches_done_ = 0, num_micro_batches_ = 0;  ///< of the step under way
  std::int64_t num_steps_timed_ = 0;
  double step_start_seconds_ = 0;
  double seconds_per_step_ = 0;  ///< 0: not known
};

}  // namespace lamina
