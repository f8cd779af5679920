#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/model/decoder.h"
#include "lamina/optim/optimizer.h"

namespace lamina {

/// Where a run stands besides its weights and optimizer states. `identity` is what makes it this run and no
/// other (model, data, batch, seed, optimizer): a run goes on only where that is equal.
struct TrainingState {
  std::int64_t step = 0;
  std::int64_t tokens = 0;
  std::int64_t skipped_steps = 0;
  std::int64_t skipped_in_row = 0;  ///< the last steps, up to this one
  std::int64_t optimizer_steps = 0;
  double wall_seconds = 0;      ///< of training and scoring in it, over all starts of the run
  bool evaluation_due = false;  ///< a stop came in the way of the evaluation of this step
  Json identity;
};

/// What a model's tokens mean, for those who load a checkpoint.
struct CheckpointTokenizer {
  std::vector<std::filesystem::path> files = {};  ///< that the tokenizer was read from
  std::optional<std::int64_t> eos_token_id = {};  ///< written into config.json
};

/// A checkpoint is a folder `step-0001000` that appears only when it is complete:
///
///   model.safetensors, config.json             as Hugging Face has them, float32
///   optimizer.STATE.safetensors                each state of the optimizer, such as first_moment
///   tokenizer.json or the like                  what the tokenizer was read from, if files were
///   state.json                                 TrainingState, the code version, the XXH3-128 of
///   each
///                                              other file, and its own; format 1 (0, without its
///                                              own, is read)
///
/// Goals: found whole or not at all, damage is noticed, `transformers` reads a plain Llama.
/// Non-goal: splitting over ranks; data-parallel ranks hold the same state and rank 0 writes it.
void save_checkpoint(const std::filesystem::path& folder, const Decoder& model,
                     const Optimizer& optimizer, const TrainingState& state,
                     const CheckpointTokenizer& tokenizer = {});

struct CheckedCheckpoint {
  TrainingState state;
  std::string hash;  ///< of state.json, and with it of all files
};

/// Throws Error where a file, state.json included, is missing or damaged.
CheckedCheckpoint check_training_checkpoint(const std::filesystem::path& folder);

/// Loads weights and optimizer states of a checked checkpoint in place.
void load_checkpoint(const std::filesystem::path& folder, const TrainingState& state,
                     Decoder& model, Optimizer& optimizer);

/// hash_file of files, by their names.
using FileHashes = std::map<std::string, std::string>;

/// Throws Error where a file that is not the optimizer's differs from the hash in state.json; of a
/// folder without that file nothing is checked. Returns the hashes of what was.
FileHashes check_checkpoint(const std::filesystem::path& folder);

/// Complete checkpoints of a run's folder, the newest first: folders whose names are those of
/// checkpoint_path. Whatever else is there (step-, step-1, step-0000001-old, a file) is no
/// checkpoint, and nothing removes it.
std::vector<std::filesystem::path> list_checkpoints(const std::filesystem::path& run_folder);

/// Throws Error where there is none.
std::filesystem::path newest_checkpoint(const std::filesystem::path& run_folder);

std::filesystem::path checkpoint_path(const std::filesystem::path& run_folder, std::int64_t step);

}  // namespace lamina
