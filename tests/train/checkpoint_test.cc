#include "lamina/train/checkpoint.h"

#include <gmock/gmock.h>

#include "error_text.h"
#include "lamina/core/hash.h"
#include "lamina/record/run_folder.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

/// A run's folder with a whole checkpoint of a model of two layers.
class Checkpoints : public testing::Test {
 protected:
  Checkpoints() {
    ModelSpec spec;
    spec.vocab_size = 17;
    spec.hidden_size = spec.intermediate_size = 8;
    spec.num_hidden_layers = 2;
    spec.num_attention_heads = 2;
    spec.num_key_value_heads = 1;
    spec.head_dim = spec.rotary_dim = 4;
    spec.max_position_embeddings = 8;
    spec.kv_source_layers = {0, 0};
    const Decoder model(spec, Placement{});
    const AdamW optimizer(values_of(model.parameters()), {});
    TrainingState state;
    state.step = 20;
    save_checkpoint(run() / "checkpoints/step-0000020", model, optimizer, state);
  }

  fs::path run() const { return folder_.path(); }

  TemporaryFolder folder_;
};

TEST_F(Checkpoints, CheckingOneGivesTheHashesOfWhatWasRead) {
  const fs::path checkpoint = RunFolder(run()).newest_checkpoint();
  const FileHashes hashes = check_checkpoint(checkpoint);
  ASSERT_TRUE(hashes.contains("model.safetensors"));
  EXPECT_EQ(hashes.at("model.safetensors"), hash_file(checkpoint / "model.safetensors"));
  EXPECT_EQ(hashes.at("config.json"), hash_file(checkpoint / "config.json"));
  for (const auto& [name, hash] : hashes) EXPECT_FALSE(name.starts_with("optimizer.")) << name;
}

}  // namespace
}  // namespace lamina
