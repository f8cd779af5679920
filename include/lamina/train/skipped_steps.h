#pragma once
#include "lamina/train/trainer.h"

namespace lamina {

/// A run whose steps are skipped, because their gradients are not finite, trains nothing: it fails
/// after this many in a row, or where more than this fraction of all its steps was skipped (which
/// is judged from as many skipped steps on, and at the end of the run).
constexpr std::int64_t kMaxSkippedInRow = 20;
constexpr double kMaxSkippedFraction = 0.1;

/// Judges a run after the step that `result` is of. Throws Error, which names step, loss and
/// learning rate, where it has failed.
void check_skipped_steps(const TrainingState& state, const StepResult& result, bool finished);

}  // namespace lamina
