#include "lamina/train/run_progress.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace lamina {
namespace {

/// The weight of the latest step in the exponential mean; the latest twenty have two thirds.
constexpr double kLastStepWeight = 0.05;

}  // namespace

void RunProgress::start_step(double now_seconds) { step_start_seconds_ = now_seconds; }

void RunProgress::end_micro_batch(std::int64_t done, std::int64_t count, double now_seconds) {
  micro_batches_done_ = done;
  num_micro_batches_ = count;
  if (num_steps_timed_ > 0) return;  // whole steps are a better estimate
  const double seconds = now_seconds - step_start_seconds_;
  seconds_per_step_ = seconds * static_cast<double>(count) / static_cast<double>(done);
}

void RunProgress::end_step(double now_seconds) {
  const double seconds = now_seconds - step_start_seconds_;
  // The first step warms up caches and memory pools, so the second replaces it.
  const double weight =
      num_steps_timed_ < 2 ? 1
                           : std::max(kLastStepWeight, 1.0 / static_cast<double>(num_steps_timed_));
  seconds_per_step_ += weight * (seconds - seconds_per_step_);
  ++num_steps_timed_;
  ++step_;
  micro_batches_done_ = num_micro_batches_ = 0;
}

std::string RunProgress::text() const {
  if (num_micro_batches_ <= 1) return fmt::format("step {}/{}", step_, num_steps_);
  return fmt::format("step {}/{} (micro-batch {}/{})", step_ + 1, num_steps_, micro_batches_done_,
                     num_micro_batches_);
}

std::optional<double> RunProgress::seconds_per_step() const {
  if (seconds_per_step_ == 0) return {};
  return seconds_per_step_;
}

std::optional<double> RunProgress::seconds_left(double now_seconds) const {
  if (seconds_per_step_ == 0) return {};
  const auto steps_left = static_cast<double>(num_steps_ - step_);
  const double in_step = is_in_step() ? now_seconds - step_start_seconds_ : 0;
  return std::max(0.0, steps_left * seconds_per_step_ - in_step);
}

}  // namespace lamina
