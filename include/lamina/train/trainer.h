#pragma once
#include <filesystem>
#include <functional>

#include "lamina/core/json_lines.h"
#include "lamina/core/live_lines.h"
#include "lamina/data/batches.h"
#include "lamina/dist/gradient_reducer.h"
#include "lamina/dist/process_group.h"
#include "lamina/model/decoder.h"
#include "lamina/optim/optimizer.h"
#include "lamina/record/run_folder.h"
#include "lamina/train/checkpoint.h"
#include "lamina/train/settings.h"

namespace lamina {

/// What one optimiser step did, the same on every rank.
struct StepResult {
  double loss = 0;           ///< mean cross entropy over all targets of the global batch, in nats
  double gradient_norm = 0;  ///< before clipping
  double learning_rate = 0;
  bool applied = true;  ///< false: the gradient was not finite and nothing was changed
  bool stop = false;    ///< some rank was asked to stop
  bool whole = true;  ///< false: some rank was asked to stop before its last micro-batch; the step
                      ///< was dropped, and is not in the state
};

/// Called after each micro-batch of this rank: how many of the step's `count` are done. On a GPU
/// they are then under way.
using MicroBatchProgress = std::function<void(std::int64_t done, std::int64_t count)>;

/// What a trainer works with. All of it outlives the trainer.
struct TrainingParts {
  Decoder& model;
  const BatchSource& data;
  const ProcessGroup& group;
};

/// Data-parallel training. Every rank makes one and calls the same functions.
///
/// The global batch is `batch_sequences` samples in the data's order, cut into one share a rank and
/// those into micro-batches. The loss is the mean over all targets of the global batch whatever the
/// cut: each micro-batch is weighted by its tokens, gradients add up in float32 over micro-batches
/// and are averaged over the ranks while the last backward pass still runs.
class Trainer {
 public:
  Trainer(const TrainSettings& train, const OptimizerSettings& optimizer,
          const TrainingParts& parts);

  /// Collective. Forward, backward, clip, update. A stop is answered within one micro-batch: before
  /// the last one, whose backward pass reduces, the ranks agree whether to drop the step.
  StepResult step(const MicroBatchProgress& progress = {});

  /// Collective. Resumes from the newest valid checkpoint, the same on every rank: rank 0 decides
  /// (see agree_on_checkpoint). Returns whether there was one. Throws Error, on every rank, where
  /// they see different ones, where it belongs to another run, and where none is valid.
  bool resume(const RunFolder& run_folder);

  /// Collective; rank 0 writes, once all ranks are known to be at the same step. Then removes all
  /// but the newest `keep_checkpoints`.
  void save(const RunFolder& run_folder) const;

  bool finished() const { return state_.step >= num_steps_; }
  std::int64_t num_steps() const { return num_steps_; }
  std::int64_t tokens_per_step() const;
  const TrainingState& state() const { return state_; }

  /// Since the trainer was made, and before that where it goes on from a checkpoint.
  double wall_seconds() const;

  /// What makes this run what it is, for TrainingState::identity. `identity` is compared when a run
  /// is resumed; the number of ranks and micro-batches may change.
  void set_identity(RunIdentity identity) { state_.identity = std::move(identity); }

  /// Whether the evaluation of this step is still to be made: saved, and known again on resuming.
  void set_evaluation_due(bool due) { state_.evaluation_due = due; }

  /// What goes into every checkpoint besides the model.
  void set_tokenizer(CheckpointTokenizer tokenizer) { tokenizer_ = std::move(tokenizer); }

 private:
  /// The sum of the losses of this rank's share; undefined where the step is dropped.
  at::Tensor accumulate_gradients(const MicroBatchProgress& progress);
  void compare_identity(const RunIdentity& saved, const std::filesystem::path& folder) const;

  TrainSettings train_;
  OptimizerSettings optimization_;
  TrainingParts parts_;
  Optimizer optimizer_;
  GradientReducer reducer_;
  std::int64_t sequence_length_;
  std::int64_t num_steps_;
  TrainingState state_;  ///< wall_seconds: before this trainer was made
  double start_seconds_ = monotonic_seconds();
  CheckpointTokenizer tokenizer_;
};

}  // namespace lamina
