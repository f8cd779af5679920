#pragma once

// Keys of result.json that one module writes and another reads.

namespace lamina {

/// Of a task: how many of the model's answers are not finite. Where there are any, the task's
/// metrics mean nothing, and are null.
inline constexpr const char* kNonfiniteAnswers = "nonfinite_answers";

}  // namespace lamina
