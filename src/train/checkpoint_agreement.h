#pragma once
#include <filesystem>
#include <functional>
#include <optional>

#include "lamina/dist/process_group.h"
#include "lamina/record/run_folder.h"
#include "lamina/train/checkpoint.h"

namespace lamina {

/// A checkpoint on which all ranks agree.
struct AgreedCheckpoint {
  std::filesystem::path folder;
  TrainingState state;
};

/// Collective. The checkpoint from which all ranks resume: the newest one of rank 0 that is valid
/// and equal on every rank. A checkpoint that is damaged on any rank gives a warning, and the
/// previous one is tried. `accept` is called on rank 0 with each valid candidate and may throw
/// Error to reject it.
///
/// None if no rank has a checkpoint. Throws Error on every rank, naming the rank at fault, if
/// another rank does not have rank 0's checkpoint or has a different one of that name, if only
/// other ranks have checkpoints, or if no checkpoint is valid.
std::optional<AgreedCheckpoint> agree_on_checkpoint(
    const RunFolder& run_folder, const ProcessGroup& group,
    const std::function<void(const AgreedCheckpoint&)>& accept);

}  // namespace lamina
