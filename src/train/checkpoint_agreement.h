#pragma once
#include <filesystem>
#include <functional>
#include <optional>

#include "lamina/dist/process_group.h"
#include "lamina/record/run_folder.h"
#include "lamina/train/checkpoint.h"

namespace lamina {

struct AgreedCheckpoint {
  std::filesystem::path folder;
  TrainingState state;
};

/// Collective. The checkpoint that all ranks resume from: the newest of rank 0's that is valid and
/// the same on every rank. One that is damaged as any rank sees it gives a warning, and the one
/// before is tried. `accept` is called on rank 0 with each candidate and may throw Error.
///
/// None where no rank has a checkpoint. Throws Error, on every rank and naming the one at fault,
/// where another rank does not have rank 0's checkpoint or has another one of its name, where
/// others have checkpoints and rank 0 has none, and where there are some and none is valid.
std::optional<AgreedCheckpoint> agree_on_checkpoint(
    const RunFolder& run_folder, const ProcessGroup& group,
    const std::function<void(const AgreedCheckpoint&)>& accept);

}  // namespace lamina
