#include "lamina/train/trainer.h"

#include <gtest/gtest.h>

#include <limits>

#include "lamina/data/token_file_writer.h"
#include "lamina/model/initialise.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

/// A model with one layer, trained on 64 tokens.
class TrainerTest : public testing::Test {
 protected:
  static constexpr std::int64_t kVocabSize = 17, kLength = 8;

  static ModelSpec spec() {
    ModelSpec spec;
    spec.vocab_size = kVocabSize;
    spec.hidden_size = spec.intermediate_size = 8;
    spec.num_hidden_layers = 1;
    spec.num_attention_heads = 2;
    spec.num_key_value_heads = 1;
    spec.head_dim = spec.rotary_dim = 4;
    spec.max_position_embeddings = kLength;
    spec.kv_source_layers = {0};
    return spec;
  }

  std::filesystem::path token_file() const {
    std::vector<TokenId> tokens;
    for (int i = 0; i < 64; ++i) tokens.push_back(static_cast<TokenId>(i % kVocabSize));
    TokenFileWriter writer(folder_.path() / "tokens", kVocabSize);
    writer.append(tokens);
    writer.end_document();
    writer.finish({});
    return folder_.path() / "tokens";
  }

  std::vector<at::Tensor> copies_of_values() const {
    std::vector<at::Tensor> copies;
    for (const auto& [name, value] : model_.parameters()) copies.push_back(value.detach().clone());
    return copies;
  }

  TemporaryFolder folder_;
  Decoder model_{spec(), {}};
  BatchSource data_{std::array{token_file()}, {kLength, kVocabSize, 0}};
  ProcessGroup group_{LaunchEnvironment{}, at::kCPU};
};

TEST_F(TrainerTest, StepWithNonFiniteGradientIsCountedAndChangesNothing) {
  initialise(model_, 1);
  TrainSettings settings;
  settings.tokens = 160;
  settings.batch_sequences = 2;
  Trainer trainer(settings, {}, {model_, data_, group_});
  EXPECT_TRUE(trainer.step().applied);
  model_.parameter_store().write([](const std::vector<Parameter>& parameters) {
    parameters.back().value[0][0] = std::numeric_limits<float>::infinity();
  });
  const auto before = copies_of_values();
  const StepResult result = trainer.step();
  EXPECT_FALSE(result.applied);
  EXPECT_FALSE(std::isfinite(result.gradient_norm));
  EXPECT_EQ(trainer.state().step, 2);
  EXPECT_EQ(trainer.state().skipped_steps, 1);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(at::equal(model_.parameters()[i].value, before[i])) << model_.parameters()[i].name;
    EXPECT_FALSE(model_.parameters()[i].value.grad().defined()) << model_.parameters()[i].name;
  }
}

}  // namespace
}  // namespace lamina
