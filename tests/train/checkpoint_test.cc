#include "lamina/train/checkpoint.h"

#include <gmock/gmock.h>

#include <fstream>

#include "error_text.h"
#include "lamina/core/hash.h"
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
    Decoder model(spec, Placement{});
    const AdamW optimizer(model.parameter_store(), {});
    TrainingState state;
    state.step = 20;
    save_checkpoint(run() / "checkpoints/step-0000020", model, optimizer, state);
  }

  fs::path run() const { return folder_.path(); }
  void make_folder(const char* name) const { fs::create_directories(run() / "checkpoints" / name); }
  std::vector<std::string> listed() const {
    std::vector<std::string> names;
    for (const fs::path& path : list_checkpoints(run())) names.push_back(path.filename());
    return names;
  }

  TemporaryFolder folder_;
};

TEST_F(Checkpoints, CheckingOneGivesTheHashesOfWhatWasRead) {
  const fs::path checkpoint = newest_checkpoint(run());
  const FileHashes hashes = check_checkpoint(checkpoint);
  ASSERT_TRUE(hashes.contains("model.safetensors"));
  EXPECT_EQ(hashes.at("model.safetensors"), hash_file(checkpoint / "model.safetensors"));
  EXPECT_EQ(hashes.at("config.json"), hash_file(checkpoint / "config.json"));
  for (const auto& [name, hash] : hashes) EXPECT_FALSE(name.starts_with("optimizer.")) << name;
}

TEST_F(Checkpoints, OtherNamesAreNoCheckpoints) {
  for (const char* name :
       {"step-", "step-x", "step-99999999999999999999", "step-30", "step-00000030",
        "step-0000030-old", "step-0000030.partial", "step--000030", "step-+000030", "step- 000030",
        "Step-0000030", "0000030"}) {
    make_folder(name);
  }
  std::ofstream(run() / "checkpoints/step-0000040") << "a file";
  EXPECT_THAT(listed(), testing::ElementsAre("step-0000020"));
  make_folder("step-12345678");
  EXPECT_THAT(listed(), testing::ElementsAre("step-12345678", "step-0000020"));
}

TEST_F(Checkpoints, ARunWithoutAnyIsNamed) {
  EXPECT_TRUE(list_checkpoints(run() / "nowhere").empty());
  EXPECT_THAT(error_text([&] { newest_checkpoint(run() / "nowhere"); }),
              testing::EndsWith("nowhere: has no checkpoint; train first"));
}

}  // namespace
}  // namespace lamina
