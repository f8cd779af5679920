#pragma once
#include "lamina/record/run_record.h"
#include "lamina/sweep/plan.h"

namespace lamina {

/// The state of a run of a sweep, from the files in its folder.
enum class RunState {
  kNew,       ///< no run in the folder
  kPartial,   ///< started, without a record: `train` resumes from its latest checkpoint
  kComplete,  ///< RUN/result.json exists
};

/// The state by RUN/run.yaml and RUN/result.json. Throws Error if the folder contains a run with
/// another configuration, or one that was not started by a sweep. The order of keys, the format of
/// numbers, and the keys `name` and `output` are not compared.
RunState run_state(const PlannedRun& run);

/// Writes RUN/run.yaml, the configuration for `train`. Throws Error.
void write_run_config(const PlannedRun& run);

/// The record of a complete run, after writing the run's grid values into it as `settings`. Throws
/// Error if RUN/result.json is missing or not a record.
RunRecord complete_record(const PlannedRun& run);

}  // namespace lamina
