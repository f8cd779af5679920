#include <gtest/gtest.h>

#include "lamina/core/files.h"
#include "lamina/core/process.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"
#include "model/small_model.h"
#include "peer_python.h"
#include "temporary_folder.h"

#include <ATen/core/grad_mode.h>
namespace lamina {
namespace {

constexpr double kTolerance = 1e-4;  // logits of about 10 in float32

/// Skipped if peer_python() has no `transformers`.
class Transformers : public testing::Test {
 protected:
  void SetUp() override {
    const char* find =
        "import importlib.util as modules, sys\n"
        "sys.exit(not all(map(modules.find_spec, sys.argv[1:])))";
    if (run({"-c", find, "torch", "transformers", "safetensors"}) != 0)
      GTEST_SKIP() << peer_python() << " has no transformers, torch and safetensors";
  }

  /// Runs the interpreter with `arguments`; returns its exit status.
  int run(std::vector<std::string> arguments) const {
    ChildOptions options;
    options.arguments = {"/usr/bin/env", peer_python()};
    for (std::string& argument : arguments) options.arguments.push_back(std::move(argument));
    options.environment = {"OMP_NUM_THREADS=1", "HF_HUB_OFFLINE=1"};
    options.output_file = folder_.path() / "output";
    return Child(options).wait();
  }

  int run_peer(const char* action, const std::filesystem::path& folder) const {
    return run({LAMINA_SOURCE_DIR "/tests/model/transformers_peer.py", action, folder.string()});
  }
  std::string output() const { return read_file(folder_.path() / "output"); }

  void expect_transformers_loads(const ModelSettings& settings, const std::string& type) const;
  void expect_lamina_reads(const std::filesystem::path& folder) const;

  TemporaryFolder folder_;
};

void Transformers::expect_transformers_loads(const ModelSettings& settings,
                                             const std::string& type) const {
  const at::NoGradGuard no_gradients;
  const Decoder model = random_model(small_spec(settings), at::kFloat, at::kFloat);
  const Json config = config_json(model.spec());
  EXPECT_EQ(config["model_type"], type);
  const auto checkpoint = folder_.path() / "checkpoint";
  std::filesystem::create_directories(checkpoint);
  write_file_synced(checkpoint / "config.json", config.dump());
  write_safetensors(checkpoint / "model.safetensors", stored_weights(model), {{"format", "pt"}});
  const at::Tensor tokens = random_tokens(model.spec(), 2, 32);
  write_safetensors(checkpoint / "ours.safetensors",
                    {{"tokens", tokens}, {"logits", model.logits(tokens)}}, {});
  std::filesystem::remove(folder_.path() / "output");
  ASSERT_EQ(run_peer("load", checkpoint), 0) << output();
  const std::string printed = output();
  const std::size_t last_line = printed.find_last_of('\n', printed.size() - 2) + 1;
  EXPECT_LE(std::stod(printed.substr(last_line)), kTolerance) << printed;
}

TEST_F(Transformers, LoadsALaminaCheckpointAsLlama) {
  ModelSettings settings = small_settings();
  settings.rope_theta = 500000;
  expect_transformers_loads(settings, "llama");
  settings.attention_bias = settings.mlp_bias = settings.tie_word_embeddings = true;
  settings.rms_norm_eps = 1e-3;
  expect_transformers_loads(settings, "llama");
}

TEST_F(Transformers, LoadsLaminaCheckpointsAsQwen) {
  ModelSettings settings = small_settings();
  settings.attention_bias = true;
  settings.attention_output_bias = false;
  expect_transformers_loads(settings, "qwen2");
  settings = small_settings();
  settings.qk_norm = true;
  expect_transformers_loads(settings, "qwen3");
}

TEST_F(Transformers, LoadsALaminaCheckpointAsGptNeox) {
  ModelSettings settings = neox_settings();
  settings.rope_theta = 5000;
  expect_transformers_loads(settings, "gpt_neox");
  settings.block = BlockKind::kSequential;
  settings.mlp = MlpKind::kGeluTanh;
  settings.attention_bias = false;
  settings.tie_word_embeddings = true;
  settings.layer_norm_eps = 1e-3;
  expect_transformers_loads(settings, "gpt_neox");
}

void Transformers::expect_lamina_reads(const std::filesystem::path& folder) const {
  const at::NoGradGuard no_gradients;
  Decoder model(read_config_json(folder), {});
  read_weights(folder, model);
  const SafetensorsFile theirs(folder / "theirs.safetensors");
  const at::Tensor ours = model.logits(theirs.tensor("tokens"));
  EXPECT_LE((ours - theirs.tensor("logits")).abs().max().item<double>(), kTolerance) << folder;
}

TEST_F(Transformers, LaminaComputesTheSameLogitsForEachSavedType) {
  ASSERT_EQ(run_peer("save", folder_.path()), 0) << output();
  int num_models = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    if (!entry.is_directory()) continue;
    expect_lamina_reads(entry.path());
    ++num_models;
  }
  EXPECT_EQ(num_models, 7);
}

}  // namespace
}  // namespace lamina
