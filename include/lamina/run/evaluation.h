#pragma once
#include "lamina/core/json_lines.h"
#include "lamina/record/run_folder.h"
#include "lamina/run/chosen_checkpoint.h"

namespace lamina {

/// Collective. Scores a checkpoint on the held-out text and the tasks of its settings. Returns what
/// Scorer::all gives on rank 0, null on the others. Throws Error where the checkpoint is damaged or
/// of another model, or its tokenizer is not the one of the settings.
Json evaluate_checkpoint(const ChosenCheckpoint& chosen);

/// Throws UsageError where scores of the checkpoint do not belong into the record of its run: it is
/// not the last checkpoint, the run is not complete, or a setting that scores depend on differs.
void check_recordable(const ChosenCheckpoint& chosen);

/// Adds the tasks' scores to the run's record, so that tables show them.
void add_to_record(const RunFolder& folder, const Json& scores);

}  // namespace lamina
