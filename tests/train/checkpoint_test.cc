#include "lamina/train/checkpoint.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "error_text.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "lamina/model/initialise.h"
#include "lamina/record/run_folder.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

/// A run folder with a complete checkpoint of a model with two layers.
class Checkpoints : public testing::Test {
 protected:
  Checkpoints() {
    Decoder model = untrained_model();
    const Optimizer optimizer(model.parameter_store(), {{"first_moment", "second_moment"}, {}});
    save_checkpoint(run() / "checkpoints/step-0000020", model, optimizer, state_);
  }

  static Decoder untrained_model() {
    ModelSpec spec;
    spec.vocab_size = 17;
    spec.hidden_size = spec.intermediate_size = 8;
    spec.num_hidden_layers = 2;
    spec.num_attention_heads = 2;
    spec.num_key_value_heads = 1;
    spec.head_dim = spec.rotary_dim = 4;
    spec.max_position_embeddings = 8;
    spec.kv_source_layers = {0, 0};
    return Decoder(spec, Placement{});
  }

  fs::path run() const { return folder_.path(); }

  TemporaryFolder folder_;
  const TrainingState state_{.step = 20,
                             .tokens = 5120,
                             .skipped_steps = 3,
                             .skipped_in_row = 2,
                             .optimizer_steps = 17,
                             .wall_seconds = 1.5,
                             .evaluation_due = true,
                             .identity = {{"train.seed", 7}}};
};

TEST_F(Checkpoints, CheckReturnsHashesOfCheckedFiles) {
  const fs::path checkpoint = RunFolder(run()).newest_checkpoint();
  const FileHashes hashes = check_checkpoint(checkpoint);
  ASSERT_TRUE(hashes.contains("model.safetensors"));
  EXPECT_EQ(hashes.at("model.safetensors"), hash_file(checkpoint / "model.safetensors"));
  EXPECT_EQ(hashes.at("config.json"), hash_file(checkpoint / "config.json"));
  for (const auto& [name, hash] : hashes) EXPECT_FALSE(name.starts_with("optimizer.")) << name;
}

TEST_F(Checkpoints, CheckingOneForTrainingGivesTheWholeStateThatWasSaved) {
  const TrainingState state = check_training_checkpoint(RunFolder(run()).newest_checkpoint()).state;
  EXPECT_EQ(state.step, state_.step);
  EXPECT_EQ(state.tokens, state_.tokens);
  EXPECT_EQ(state.skipped_steps, state_.skipped_steps);
  EXPECT_EQ(state.skipped_in_row, state_.skipped_in_row);
  EXPECT_EQ(state.optimizer_steps, state_.optimizer_steps);
  EXPECT_EQ(state.wall_seconds, state_.wall_seconds);
  EXPECT_EQ(state.evaluation_due, state_.evaluation_due);
  EXPECT_EQ(state.identity, state_.identity);
}

TEST_F(Checkpoints, DamageToAnyFileIsNoticedBeforeTrainingResumes) {
  const fs::path checkpoint = RunFolder(run()).newest_checkpoint();
  for (const char* name : {"model.safetensors", "config.json", "optimizer.first_moment.safetensors",
                           "optimizer.second_moment.safetensors"}) {
    const std::string whole = read_file(checkpoint / name);
    std::string damaged = whole;
    damaged.back() ^= 1;
    write_file_atomically(checkpoint / name, damaged);
    EXPECT_EQ(
        error_text([&] { check_training_checkpoint(checkpoint); }),
        (checkpoint / name).string() + ": is damaged: its hash differs from the one in state.json");
    write_file_atomically(checkpoint / name, whole);
  }
  EXPECT_EQ(error_text([&] { check_training_checkpoint(checkpoint); }), "");
}

/// Fills the states of an optimizer, each tensor with another number.
void fill_states(const Optimizer& optimizer, double number) {
  for (const OptimizerState& state : optimizer.states()) {
    for (const at::Tensor& tensor : state.tensors) tensor.fill_(number += 1);
  }
}

TEST_F(Checkpoints, StoreEachOptimizerStateInFileOfItsNameAndLoadItBack) {
  const UpdateRule rule{{"velocity", "row_mean"}, {}};
  Decoder model = untrained_model();
  initialise(model, 1);
  Optimizer optimizer(model.parameter_store(), rule);
  fill_states(optimizer, 1);
  const fs::path folder = run() / "checkpoints/step-0000021";
  TrainingState state;
  state.step = 21;
  state.optimizer_steps = 19;
  save_checkpoint(folder, model, optimizer, state);
  EXPECT_TRUE(fs::exists(folder / "optimizer.velocity.safetensors"));
  EXPECT_TRUE(fs::exists(folder / "optimizer.row_mean.safetensors"));

  Decoder restored_model = untrained_model();
  Optimizer restored(restored_model.parameter_store(), rule);
  load_checkpoint(folder, check_training_checkpoint(folder).state, restored_model, restored);
  EXPECT_EQ(restored.num_steps(), 19);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < model.parameters().size(); ++j) {
      EXPECT_TRUE(at::equal(restored.states()[i].tensors[j], optimizer.states()[i].tensors[j]));
    }
  }
  Optimizer other(restored_model.parameter_store(), {{"first_moment"}, {}});
  EXPECT_THAT(error_text([&] { load_checkpoint(folder, {}, restored_model, other); }),
              testing::HasSubstr("optimizer.first_moment.safetensors"));
}

}  // namespace
}  // namespace lamina
