#pragma once
#include "lamina/record/run_record.h"
#include "lamina/sweep/plan.h"

namespace lamina {

enum class RunState {
  kNew,       ///< nothing there
  kPartial,   ///< started, without a record: `train` resumes from its last checkpoint
  kComplete,  ///< RUN/result.json is there
};

/// What RUN/run.yaml and RUN/result.json say. Throws Error where the folder holds a run of another
/// configuration, or one that no sweep started. The order of keys, the spelling of numbers and the
/// place of the folder make no difference.
RunState run_state(const PlannedRun& run);

/// Writes RUN/run.yaml, the configuration that `train` is given.
void write_run_config(const PlannedRun& run);

/// The record of a complete run, after noting the run's grid values in it as `settings`.
/// Throws Error where RUN/result.json is absent or is not a record.
RunRecord complete_record(const PlannedRun& run);

}  // namespace lamina
