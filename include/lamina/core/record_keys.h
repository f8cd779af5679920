#pragma once

// Keys of result.json that one module writes and another reads.

namespace lamina {

/// In the metrics of a task: the number of the model's answers that are not finite. Present only if
/// there are any; the metrics of the task are then meaningless, and null.
inline constexpr const char* kNonfiniteAnswers = "nonfinite_answers";

}  // namespace lamina
