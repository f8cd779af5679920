#include "lamina/train/skipped_steps.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// Which limit is exceeded; "" if none is.
std::string failure_of(const TrainingState& state, bool finished) {
  if (state.skipped_in_row >= kMaxSkippedInRow) {
    return fmt::format("the last {} steps were skipped", state.skipped_in_row);
  }
  const double max_skipped = kMaxSkippedFraction * static_cast<double>(state.step);
  // Early in a run a few skipped steps are a large fraction, which is not meaningful.
  const bool is_meaningful = finished || state.skipped_steps >= kMaxSkippedInRow;
  if (!is_meaningful || static_cast<double>(state.skipped_steps) <= max_skipped) return "";
  return fmt::format("{} of {} steps were skipped", state.skipped_steps, state.step);
}

}  // namespace

void check_skipped_steps(const TrainingState& state, const StepResult& result, bool finished) {
  const std::string failure = failure_of(state, finished);
  if (failure.empty()) return;
  throw Error(fmt::format(
      "step {}: {}, because their gradients were not finite (loss {:.4g}, learning rate {:.4g}); "
      "try a lower optimizer.learning_rate; checkpoints of earlier steps are kept",
      state.step, failure, result.loss, result.learning_rate));
}

}  // namespace lamina
