#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/model/decoder.h"
#include "lamina/optim/optimizer.h"

namespace lamina {

/// What makes a run this one and no other (model, data, batch, seed, optimizer), by the keys of its
/// configuration: it resumes only where all are equal. A section is its YAML.
using RunIdentity = std::vector<std::pair<std::string, Json>>;

/// How far a run has come, besides its weights and the optimizer's state.
struct TrainingState {
  std::int64_t step = 0;
  std::int64_t tokens = 0;
  std::int64_t skipped_steps = 0;
  std::int64_t skipped_in_row = 0;  ///< the last steps, up to this one
  std::int64_t optimizer_steps = 0;
  double wall_seconds = 0;      ///< of training and scoring in it, over all starts of the run
  bool evaluation_due = false;  ///< a stop came in the way of the evaluation of this step
  RunIdentity identity;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("step", step, {.min = 0, .required = true});
    v.field("tokens", tokens, {.min = 0, .required = true});
    v.field("skipped_steps", skipped_steps, {.min = 0, .required = true});
    v.field("skipped_in_row", skipped_in_row, {.min = 0, .required = true});
    v.field("optimizer_steps", optimizer_steps, {.min = 0, .required = true});
    v.field("wall_seconds", wall_seconds, {.min = 0, .required = true});
    v.field("evaluation_due", evaluation_due, {.required = true});
    v.map("identity", identity);
  }
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
///                                              each other file, and its own; format_version 1
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

}  // namespace lamina
