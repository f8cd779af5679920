#pragma once
#include <memory>

#include "apps/run_settings.h"
#include "lamina/data/prepare.h"
#include "lamina/dist/process_group.h"
#include "lamina/model/decoder.h"
#include "lamina/train/hardware.h"

namespace lamina {

/// Sets the number of CPU threads, and chooses device and dtypes; see choose_placement.
Placement threads_and_placement(const TrainSettings& settings, int local_rank);

/// What training and scoring stand on: the processes, the device, the model. Made alike by every
/// rank.
struct Workplace {
  /// Collective. Throws Error where the ranks' settings or programs differ.
  explicit Workplace(const Run& run);

  LaunchEnvironment environment;
  Placement placement;
  ProcessGroup group;
  Decoder model;  ///< uninitialised
};

/// Collective. prepare_cached on rank 0, whose token files the others then find made. Throws Error
/// where the ranks then have different data.
PreparedData prepare_in_turn(const DataSettings& settings, const ProcessGroup& group);

/// Trains a run to its end, or until it is asked to stop, and leaves its record.
/// Returns the exit status; `record` gets what result.json holds.
int train_run(const Run& run, Json& record);

}  // namespace lamina
