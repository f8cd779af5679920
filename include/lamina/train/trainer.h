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
  double gradient_norm = 0;  ///< global L2 norm before clipping
  double learning_rate = 0;
  bool applied = true;  ///< false: the gradient was not finite, so the weights were not changed
  bool stop = false;    ///< a stop was requested on some rank
  bool whole = true;    ///< false: dropped, as a stop was requested before the last micro-batch;
                        ///< the state does not include this step
};

/// Called after each micro-batch of this rank with the number done of the `count` in a step. On a
/// GPU these are then queued, not necessarily computed.
using MicroBatchProgress = std::function<void(std::int64_t done, std::int64_t count)>;

/// What a trainer uses. All of it must outlive the trainer.
struct TrainingParts {
  Decoder& model;
  const BatchSource& data;
  const ProcessGroup& group;
};

/// Data-parallel training. Every rank constructs one and makes the same calls in the same order.
///
/// The global batch is `batch_sequences` samples in the order of the data, split into one share per
/// rank and those into micro-batches. The loss is the mean over all targets of the global batch for
/// any split: each micro-batch is weighted by its number of tokens, gradients are accumulated in
/// float32 over micro-batches and averaged over the ranks during the last backward pass.
class Trainer {
 public:
  /// Collective. Starts at step 0 with the weights of `parts.model`. Throws SettingError if there
  /// are fewer sequences than ranks.
  Trainer(const TrainSettings& train, const OptimizerSettings& optimizer,
          const TrainingParts& parts);

  /// Collective. Forward, backward, clip, update. A stop takes effect within one micro-batch:
  /// before the last one, whose backward pass reduces, the ranks agree whether to drop the step.
  StepResult step(const MicroBatchProgress& progress = {});

  /// Collective. Resumes from the newest valid checkpoint, the same on every rank: rank 0 decides
  /// (see agree_on_checkpoint). Returns false if there is no checkpoint. Throws Error on every rank
  /// if the ranks see different checkpoints, none is valid, or it belongs to another run.
  bool resume(const RunFolder& run_folder);

  /// Collective. Saves a checkpoint, which rank 0 writes after all ranks agree on the step; then
  /// removes all but the newest `keep_checkpoints`. Throws Error naming what is kept.
  void save(const RunFolder& run_folder) const;

  bool finished() const { return state_.step >= num_steps_; }
  std::int64_t num_steps() const { return num_steps_; }
  std::int64_t tokens_per_step() const;
  const TrainingState& state() const { return state_; }

  /// Since the trainer was constructed, plus the time in the checkpoint that it resumed from.
  double wall_seconds() const;

  /// Sets TrainingState::identity, which `resume` compares with the checkpoint's; call it before.
  /// The number of ranks and the micro-batch are not part of it and may change.
  void set_identity(RunIdentity identity) { state_.identity = std::move(identity); }

  /// Marks the evaluation of the current step as still due, in the state that `save` writes.
  void set_evaluation_due(bool due) { state_.evaluation_due = due; }

  /// Sets the tokenizer files that `save` copies into each checkpoint.
  void set_tokenizer(CheckpointTokenizer tokenizer) { tokenizer_ = std::move(tokenizer); }

 private:
  /// The weighted sum of the losses of this rank's share, a scalar; undefined if the step is
  /// dropped.
  at::Tensor accumulate_gradients(const MicroBatchProgress& progress);
  void compare_identity(const RunIdentity& saved, const std::filesystem::path& folder) const;

  TrainSettings train_;
  OptimizerSettings optimization_;
  TrainingParts parts_;
  Optimizer optimizer_;
  GradientReducer reducer_;
  std::int64_t sequence_length_;
  std::int64_t num_steps_;
  TrainingState state_;  ///< its wall_seconds is the time before this trainer was constructed
  double start_seconds_ = monotonic_seconds();
  CheckpointTokenizer tokenizer_;
};

}  // namespace lamina
