#include <gmock/gmock.h>

#include <fstream>

#include "lamina/kernels/norm.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"
#include "lamina/model/generate.h"
#include "model/golden_case.h"

#include <ATen/core/grad_mode.h>
namespace lamina {
namespace {

namespace fs = std::filesystem;

constexpr double kLogitTolerance = 1e-4;  // golden/checkpoints/README.md: rounding is 6e-6

/// A folder written by `save_pretrained`, and the results of transformers with it.
class GoldenCheckpoint : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "absent") GTEST_SKIP() << "no golden/checkpoints in " << shared_folder();
    folder_ = shared_folder() / "golden/checkpoints" / GetParam();
    whole_folder_ = folder_;
    if (!fs::exists(folder_ / "inputs.json")) {  // the weights of another case in shards
      whole_folder_ = folder_.parent_path() / GetParam().substr(0, GetParam().rfind("-sharded"));
    }
    inputs_ = read_json(whole_folder_ / "inputs.json");
    expected_.emplace(whole_folder_ / "expected_logits.safetensors");
    model_.emplace(read_config_json(folder_), Placement{});
    read_weights(folder_, *model_);
    tokens_BT_ = at::tensor(ids("input_ids"), at::kLong).unsqueeze(0);
  }

  std::vector<std::int64_t> ids(const char* key) const {
    return inputs_[key].get<std::vector<std::int64_t>>();
  }
  /// (T, V)
  at::Tensor logits() const {
    const at::NoGradGuard no_gradients;
    return model_->logits(tokens_BT_)[0];
  }
  double difference(const at::Tensor& ours, const char* name) const {
    return (ours - expected_->tensor(name)).abs().max().item<double>();
  }

  fs::path folder_, whole_folder_;
  Json inputs_;
  std::optional<SafetensorsFile> expected_;
  std::optional<Decoder> model_;
  at::Tensor tokens_BT_;
};

TEST_P(GoldenCheckpoint, LogitsEqualThoseOfTransformers) {
  const at::Tensor ours = logits();
  const at::Tensor positions = at::tensor(ids("logit_positions"), at::kLong);
  EXPECT_LE(difference(ours.index_select(0, positions), "logits"), kLogitTolerance);
  EXPECT_LE(difference(ours.logsumexp(1), "logsumexp"), kLogitTolerance);
  EXPECT_TRUE(at::equal(ours.argmax(1), expected_->tensor("argmax").to(at::kLong)));
  const at::Tensor targets = tokens_BT_[0].slice(0, 1).unsqueeze(1);
  const at::Tensor log_probs = ours.log_softmax(1).slice(0, 0, -1).gather(1, targets).squeeze(1);
  EXPECT_LE(difference(log_probs, "target_log_prob"), kLogitTolerance);
}

TEST_P(GoldenCheckpoint, LossesEqualThoseOfTransformers) {
  EXPECT_LE(difference(-model_->token_losses(tokens_BT_)[0], "target_log_prob"), kLogitTolerance);
}

/// A model of the first layers only: its `hidden` is the residual stream after them, normalised.
Decoder truncated_model(const Decoder& whole, std::int64_t num_layers) {
  ModelSpec spec = whole.spec();
  spec.num_hidden_layers = num_layers;
  spec.kv_source_layers.resize(static_cast<std::size_t>(num_layers));
  Decoder truncated(spec, whole.placement());
  truncated.parameter_store().write([&](const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters) {
      for (const Parameter& original : whole.parameters()) {
        if (original.name == parameter.name) parameter.value.copy_(original.value);
      }
    }
  });
  return truncated;
}

at::Tensor final_norm(const Decoder& model, const at::Tensor& x) {
  std::map<std::string, at::Tensor> values;
  for (const auto& [name, value] : model.parameters()) values[name] = value;
  const at::Tensor weight = values.at("model.norm.weight");
  if (model.spec().norm == NormKind::kLayer) {
    return at::layer_norm(x, weight.sizes(), weight, values.at("model.norm.bias"),
                          model.spec().norm_eps);
  }
  return x * at::rsqrt(x.square().mean(-1, true) + model.spec().norm_eps) * weight;
}

TEST_P(GoldenCheckpoint, HiddenStatesOfEveryLayerEqualThoseOfTransformers) {
  const at::NoGradGuard no_gradients;
  const at::Tensor states = expected_->tensor("hidden_states");
  const std::int64_t layers = model_->spec().num_hidden_layers;
  ASSERT_EQ(states.size(0), layers + 1);
  const at::Tensor embedding = model_->parameters()[0].value;
  EXPECT_TRUE(at::equal(at::embedding(embedding, tokens_BT_[0]), states[0]));
  for (std::int64_t layer = 1; layer <= layers; ++layer) {
    const at::Tensor ours = truncated_model(*model_, layer).hidden(tokens_BT_)[0];
    const at::Tensor theirs = layer < layers ? final_norm(*model_, states[layer]) : states[layer];
    EXPECT_LE((ours - theirs).abs().max().item<double>(), kLogitTolerance) << layer;
  }
}

TEST_P(GoldenCheckpoint, GreedyContinuationEqualsThatOfTransformers) {
  const auto prompt = ids("prompt_ids");
  const at::Tensor expected = expected_->tensor("greedy_ids").to(at::kLong);
  const std::vector<std::int64_t> greedy(expected.data_ptr<std::int64_t>(),
                                         expected.data_ptr<std::int64_t>() + expected.numel());
  EXPECT_EQ(inputs_["max_new_tokens"], greedy.size());
  EXPECT_EQ(generate_greedy(*model_, prompt, std::ssize(greedy)), greedy);
}

TEST_P(GoldenCheckpoint, GreedyContinuationWithoutACacheEqualsThatOfTransformers) {
  const at::NoGradGuard no_gradients;
  std::vector<std::int64_t> tokens = ids("prompt_ids");
  const at::Tensor expected = expected_->tensor("greedy_ids");
  for (std::int64_t i = 0; i < expected.numel(); ++i) {
    const at::Tensor logits = model_->logits(at::tensor(tokens, at::kLong).unsqueeze(0));
    tokens.push_back(logits[0][-1].argmax().item<std::int64_t>());
    ASSERT_EQ(tokens.back(), expected[i].item<std::int64_t>()) << i;
  }
}

TEST_P(GoldenCheckpoint, EveryVersionOfTheConfigGivesTheSameModel) {
  const std::string own = config_json(model_->spec()).dump();
  EXPECT_EQ(config_json(parse_config_json(Json::parse(own))).dump(), own);
  for (const auto& entry : fs::directory_iterator(whole_folder_)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("config.") && name.ends_with(".json")) {
      EXPECT_EQ(config_json(parse_config_json(read_json(entry.path()))).dump(), own) << name;
    }
  }
}

std::string name_of_case(const testing::TestParamInfo<std::string>& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Case, GoldenCheckpoint,
                         testing::ValuesIn(shared_cases("golden/checkpoints")), name_of_case);

}  // namespace
}  // namespace lamina
