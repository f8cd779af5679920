#pragma once
#include "lamina/data/prepare.h"
#include "lamina/dist/process_group.h"
#include "lamina/model/decoder.h"
#include "lamina/run/run_settings.h"

namespace lamina {

/// Sets the number of CPU threads of this process, and chooses device and dtypes; see
/// choose_placement (train/hardware.h).
Placement set_threads_and_choose_placement(const TrainSettings& settings, int local_rank);

/// What training and scoring need: the processes, the device, the model. Every rank makes one.
struct RunContext {
  /// Collective. Throws Error where the ranks' settings or programs differ.
  explicit RunContext(const Run& run);

  LaunchEnvironment environment;
  Placement placement;
  ProcessGroup group;
  Decoder model;  ///< uninitialised
};

/// Collective. prepare_cached on rank 0, whose token files the other ranks then find. Throws Error
/// where the ranks then have different data.
PreparedData prepare_data(const DataSettings& settings, const ProcessGroup& group);

}  // namespace lamina
