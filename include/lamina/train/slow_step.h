#pragma once
#include <cstdint>
#include <string>

#include "lamina/nn/parameters.h"

namespace lamina {

/// A step slower than this is said to be slow, once a run.
constexpr double kSlowStepSeconds = 30;

/// What can make a step slow, as far as a process can tell.
struct StepConditions {
  double step_seconds = 0;
  double step_flops = 0;
  bool is_cpu = true;
  bool lacks_bf16 = false;       ///< bf16 is asked for, and has no instructions here
  std::int64_t num_threads = 0;  ///< of this process, and of the ranks beside it
  std::int64_t num_cores = 0;    ///< that this process may use
  double load = 0;               ///< processes that want a core, over the last minute
  std::int64_t swapped_bytes = 0;
};

/// Looks at this process and this machine.
StepConditions look_at_conditions(const Placement& placement, double step_flops);

/// "a step takes about 2:34 (1.54 TFLOP, 0.01 TFLOP/s): 2 of 8 cores are used (...); ...".
std::string slow_step_text(const StepConditions& conditions);

}  // namespace lamina
