#pragma once
#include <optional>

#include "lamina/record/run_record.h"
#include "lamina/run/run_settings.h"

namespace lamina {

/// Collective. Trains a run to completion from its start or its newest checkpoint, validates and
/// scores it, and writes its folder. Returns the record on rank 0, none on the others. Throws
/// Error, UsageError for what the configuration asks wrongly, and Stopped, with the state saved,
/// where it was asked to stop.
std::optional<RunRecord> train_run(const Run& run);

/// The record of a run that is complete already. Throws Error where the folder holds a run of
/// another configuration.
RunRecord completed_record(const Run& run);

}  // namespace lamina
