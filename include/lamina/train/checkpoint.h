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

/// What identifies a run: the keys of its configuration that determine its result (model, data,
/// batch, seed, optimizer) and their values; the value of a section is its YAML. A run resumes from
/// a checkpoint only if all are equal.
using RunIdentity = std::vector<std::pair<std::string, Json>>;

/// The progress of a run: everything in a checkpoint except tensors. Counts start at 0.
struct TrainingState {
  std::int64_t step = 0;             ///< completed steps, skipped ones included
  std::int64_t tokens = 0;           ///< trained on so far, in all ranks
  std::int64_t skipped_steps = 0;    ///< steps whose gradient was not finite
  std::int64_t skipped_in_row = 0;   ///< of the latest steps, up to this one
  std::int64_t optimizer_steps = 0;  ///< steps that changed the weights
  double wall_seconds = 0;           ///< training and scoring, over all starts of the run
  bool evaluation_due = false;       ///< a stop interrupted the evaluation of this step
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

/// The tokenizer of a model, for programs that load the checkpoint.
struct CheckpointTokenizer {
  std::vector<std::filesystem::path> files = {};  ///< from which the tokenizer was read
  std::optional<std::int64_t> eos_token_id = {};  ///< written into config.json
};

/// A checkpoint is a folder `step-0001000` that appears only when it is complete:
///
///   model.safetensors, config.json             as Hugging Face has them, float32
///   optimizer.STATE.safetensors                each state of the optimizer, such as first_moment
///   tokenizer.json or similar                  the files from which the tokenizer was read, if any
///   state.json                                 TrainingState, the code version, the XXH3-128 of
///                                              each other file, and its own; format_version 1
///
/// Goals: a checkpoint is complete or absent; damage is detected; `transformers` loads a design
/// without sharing as a Llama model. Non-goal: sharding over ranks: data-parallel ranks have the
/// same state, and rank 0 writes it. An existing folder is replaced. Throws Error, for example if
/// the disk is full; an older checkpoint in `folder` is then unchanged.
void save_checkpoint(const std::filesystem::path& folder, const Decoder& model,
                     const Optimizer& optimizer, const TrainingState& state,
                     const CheckpointTokenizer& tokenizer = {});

struct CheckedCheckpoint {
  TrainingState state;
  std::string hash;  ///< of state.json, which contains the hashes of all other files
};

/// Reads state.json and hashes every file of a checkpoint. Throws Error if a file is missing or
/// damaged or of another format version, and Stopped.
CheckedCheckpoint check_training_checkpoint(const std::filesystem::path& folder);

/// Copies the weights and optimizer states of a checked checkpoint into `model` and `optimizer`,
/// which have the shapes of those that were saved. Throws Error naming a missing or different
/// tensor.
void load_checkpoint(const std::filesystem::path& folder, const TrainingState& state,
                     Decoder& model, Optimizer& optimizer);

/// File name -> hash_file of the file.
using FileHashes = std::map<std::string, std::string>;

/// Checks all files except the optimizer's against the hashes in state.json; a folder without that
/// file, such as one of Hugging Face, is not checked. Returns the hashes of the checked files.
/// Throws Error if one is missing or damaged.
FileHashes check_checkpoint(const std::filesystem::path& folder);

}  // namespace lamina
