#pragma once
#include "lamina/train/trainer.h"

namespace lamina {

/// A run whose steps are skipped because their gradients are not finite does not train. It fails
/// after kMaxSkippedInRow skipped steps in a row, or if more than kMaxSkippedFraction of all its
/// steps were skipped. The fraction is checked once kMaxSkippedInRow steps were skipped, and after
/// the last step.
constexpr std::int64_t kMaxSkippedInRow = 20;
constexpr double kMaxSkippedFraction = 0.1;

/// Checks these limits after the step with this `result`; `finished`: it was the last one. Throws
/// Error naming step, loss and learning rate if one is exceeded.
void check_skipped_steps(const TrainingState& state, const StepResult& result, bool finished);

}  // namespace lamina
