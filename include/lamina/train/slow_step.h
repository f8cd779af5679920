#pragma once
#include <cstdint>
#include <string>

#include "lamina/nn/parameters.h"

namespace lamina {

/// A step slower than this gives one warning per run.
constexpr double kSlowStepSeconds = 30;

/// Possible reasons for a slow step that a process can find out.
struct StepConditions {
  double step_seconds = 0;
  double step_flops = 0;  ///< FLOPs of a step on this rank
  bool is_cpu = true;
  bool lacks_bf16 = false;       ///< train.precision is bf16, without instructions for it
  std::int64_t num_threads = 0;  ///< of all ranks on this machine
  std::int64_t num_cores = 0;    ///< available to this process
  double load = 0;               ///< runnable processes, mean of the last minute
  std::int64_t swapped_bytes = 0;
};

/// The conditions of this process and this machine. `step_seconds` is left 0, and `num_threads` is
/// that of this process: the caller completes them.
StepConditions look_at_conditions(const Placement& placement, double step_flops);

/// The text of the warning: "a step takes about 2:34 (1.54 TFLOP, 0.01 TFLOP/s): " and the reasons,
/// or that the batch and the model are large if there are none.
std::string slow_step_text(const StepConditions& conditions);

}  // namespace lamina
