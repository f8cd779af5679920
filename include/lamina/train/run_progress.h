#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace lamina {

/// The progress of a run and an estimate of the time left, from the times that it is given, in
/// seconds of any one clock. Evaluations between steps are not counted.
class RunProgress {
 public:
  /// The run consists of steps [first_step, num_steps).
  RunProgress(std::int64_t num_steps, std::int64_t first_step)
      : num_steps_(num_steps), step_(first_step) {}

  void start_step(double now_seconds);

  /// `done` of the `count` micro-batches of this step are done; done >= 1.
  void end_micro_batch(std::int64_t done, std::int64_t count, double now_seconds);
  void end_step(double now_seconds);

  /// "step 12/500", and within a step of several micro-batches "step 13/500 (micro-batch 3/8)".
  std::string text() const;

  /// Mean over the steps of this start, in which later steps have more weight and the first one, a
  /// warm-up, none once there is a second; during the first step, extrapolated from its
  /// micro-batches. None before the first micro-batch.
  std::optional<double> seconds_per_step() const;

  /// Until the last step is done. None before the first micro-batch.
  std::optional<double> seconds_left(double now_seconds) const;

 private:
  bool is_in_step() const { return num_micro_batches_ > 0; }

  std::int64_t num_steps_, step_;
  std::int64_t micro_batches_done_ = 0, num_micro_batches_ = 0;  ///< of the current step
  std::int64_t num_steps_timed_ = 0;
  double step_start_seconds_ = 0;
  double seconds_per_step_ = 0;  ///< 0: unknown
};

}  // namespace lamina
