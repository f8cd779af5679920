#pragma once
#include "lamina/core/json_lines.h"
#include "lamina/sweep/plan.h"

namespace lamina {

/// The configuration in a run's folder that `train` is given.
inline constexpr const char* kRunConfig = "run.yaml";

enum class RunState {
  kNew,       ///< nothing there
  kPartial,   ///< started, without a record: `train` goes on from its last checkpoint
  kComplete,  ///< RUN/result.json is there
};

/// What RUN/run.yaml and RUN/result.json say. Throws Error where the folder holds a run of another
/// configuration, or one that no sweep started. The order of keys, the spelling of numbers and the
/// place of the folder make no difference.
RunState run_state(const PlannedRun& run);

/// Writes RUN/run.yaml, the configuration that `train` is given.
void write_run_config(const PlannedRun& run);

/// The record of a complete run, after noting the run's grid values in it as `settings`.
/// Throws Error where RUN/result.json is absent or not a JSON object.
Json complete_record(const PlannedRun& run);

}  // namespace lamina
