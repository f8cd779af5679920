#include "lamina/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "error_text.h"
#include "lamina/data/token_file_writer.h"
#include "lamina/model/initialise.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

/// A model of one layer, in training on 64 tokens.
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

  static constexpr std::int64_t kTokensPerStep = 2 * kLength;

  Trainer trainer() { return Trainer(settings_, {}, {model_, data_, group_}); }

  /// Makes a step whose gradient is not finite; the weights stay.
  void skip_step(Trainer& trained) {
    const at::Tensor weight = model_.parameters().back().value.detach();
    const at::Tensor before = weight.clone();
    model_.parameter_store().write(
        [&](const auto&) { weight.fill_(std::numeric_limits<float>::quiet_NaN()); });
    EXPECT_FALSE(trained.step().applied);
    model_.parameter_store().write([&](const auto&) { weight.copy_(before); });
  }

  RunFolder run() const { return RunFolder(folder_.path() / "run"); }

  TemporaryFolder folder_;
  TrainSettings settings_ = {.tokens = 10 * kTokensPerStep, .batch_sequences = 2};
  Decoder model_{spec(), {}};
  BatchSource data_{std::array{token_file()}, {kLength, kVocabSize, 0}};
  ProcessGroup group_{LaunchEnvironment{}, at::kCPU};
};

TEST_F(TrainerTest, StepWithNonFiniteGradientIsCountedAndChangesNothing) {
  initialise(model_, 1);
  Trainer trainer(settings_, {}, {model_, data_, group_});
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

TEST_F(TrainerTest, TrainsOnWholeStepsRoundedUp) {
  for (const auto& [tokens, num_steps] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {0, 0}, {1, 1}, {kTokensPerStep, 1}, {kTokensPerStep + 1, 2}, {3 * kTokensPerStep, 3}}) {
    settings_.tokens = tokens;
    EXPECT_EQ(trainer().num_steps(), num_steps) << tokens;
  }
}

TEST_F(TrainerTest, KeepsAsManyOfTheNewestCheckpointsAsTheSettingsSay) {
  initialise(model_, 1);
  settings_.keep_checkpoints = 2;
  Trainer trained = trainer();
  for (int step = 1; step <= 4; ++step) {
    trained.step();
    trained.save(run());
  }
  EXPECT_THAT(run().list_checkpoints(), ElementsAre(run().checkpoint(4), run().checkpoint(3)));
}

TEST_F(TrainerTest, ResumesWithTheCountsOfSkippedSteps) {
  initialise(model_, 1);
  Trainer first = trainer();
  skip_step(first);
  EXPECT_TRUE(first.step().applied);
  skip_step(first);
  skip_step(first);
  first.save(run());
  Trainer second = trainer();
  ASSERT_TRUE(second.resume(run()));
  EXPECT_EQ(second.state().step, 4);
  EXPECT_EQ(second.state().tokens, 4 * kTokensPerStep);
  EXPECT_EQ(second.state().skipped_steps, 3);
  EXPECT_EQ(second.state().skipped_in_row, 2);
  EXPECT_EQ(second.state().optimizer_steps, 1);
}

TEST_F(TrainerTest, ResumesOnlyWhereEveryKeyOfTheIdentityIsTheSame) {
  initialise(model_, 1);
  const RunIdentity identity{
      {"data", "1234"}, {"train.seed", 0}, {"optimizer", "betas: [0.9, 0.95]\n"}};
  Trainer first = trainer();
  first.set_identity(identity);
  first.step();
  first.save(run());
  const auto message = [&](const RunIdentity& other) {
    Trainer second = trainer();
    second.set_identity(other);
    return error_text([&] { second.resume(run()); });
  };
  const auto message_with = [&](std::size_t i, const Json& value) {
    RunIdentity other = identity;
    other[i].second = value;
    return message(other);
  };
  const auto names = [&](const std::string& difference) {
    return StartsWith(run().checkpoint(1).string() + ": belongs to another run: " + difference +
                      "; choose another name");
  };
  EXPECT_EQ(message(identity), "");
  EXPECT_THAT(message_with(0, "5678"), names("data was 1234, now is 5678"));
  EXPECT_THAT(message_with(1, 1), names("train.seed was 0, now is 1"));
  EXPECT_THAT(message_with(2, "betas: [0.8, 0.95]\n"),
              names("optimizer.betas was [0.9, 0.95], now is [0.8, 0.95]"));
  RunIdentity longer = identity;
  longer.emplace_back("train.tokens", 64);
  EXPECT_THAT(message(longer), names("train.tokens was unset, now is 64"));
}

}  // namespace
}  // namespace lamina
