#include <gtest/gtest.h>

#include "eval/lm_eval_data.h"
#include "eval/tiny_model.h"
#include "lamina/core/error.h"
#include "lamina/eval/encoded_task.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"

namespace lamina {
namespace {

std::filesystem::path checkpoint() { return shared_folder() / "golden/checkpoints/llama-tiny"; }

const Json& reference() {
  static const Json file = read_json(checkpoint() / "lm-eval.json");
  return file;
}

/// The recorded runs of lm-evaluation-harness on the checkpoint: "hellaswag_2shot", ...
std::vector<std::string> harness_runs() {
  if (!std::filesystem::exists(checkpoint() / "lm-eval.json")) return {"absent"};
  std::vector<std::string> names;
  for (const auto& [name, unused] : reference()["runs"].items()) names.push_back(name);
  return names;
}

/// The checkpoint in float32 with the tokenizer that it was trained with.
struct Llama {
  Llama()
      : tokenizer(make_tokenizer(
            (shared_folder() / "data/tokenizers/gpt-neox-20b/20B_tokenizer.json").string())),
        model(read_config_json(checkpoint()), {}),
        encoder(*tokenizer, model.spec().max_position_embeddings, AddBos::kAuto) {
    read_weights(checkpoint(), model);
  }

  std::unique_ptr<Tokenizer> tokenizer;
  Decoder model;
  RequestEncoder encoder;
};

const Llama& llama() {
  static const Llama loaded;
  return loaded;
}

const LmEvalData& data() {
  static const LmEvalData linked;
  return linked;
}

// Float32 sums in another order: golden/checkpoints measured differences of up to 1.2e-4 absolute
// and 6e-6 relative.
double tolerance(double log_likelihood) { return 5e-4 + 1e-6 * std::abs(log_likelihood); }

/// Token counts of context and continuation of each request of a document, [[context,
/// continuation], ...]; empty for a rolling text, of which the harness recorded only the total.
Json token_counts(const EncodedTask& task, const Json& expected_samples, std::size_t document) {
  const auto& groups = task.groups();
  Json counts = Json::array();
  if (expected_samples[document]["tokens"][0].size() == 1) return counts;
  for (const TokenRequest& request : groups[document]) {
    counts.push_back({std::ssize(request.tokens) - request.num_scored, request.num_scored});
  }
  return counts;
}

class HarnessScores : public testing::TestWithParam<std::string> {};

TEST_P(HarnessScores, EqualOurs) {
  if (GetParam() == "absent" || !LmEvalData::exists()) {
    GTEST_SKIP() << "no lm-eval.json in " << checkpoint();
  }
  const Json& run = reference()["runs"][GetParam()];
  TaskOptions options;
  options.num_fewshot = run["num_fewshot"];
  options.limit = run["documents"];
  const auto parts = make_task(run["task"], data().folder(), options);
  ASSERT_EQ(parts.size(), 1u);
  const EncodedTask encoded(parts[0], llama().encoder);
  const auto responses =
      encoded.responses(score_requests(llama().model, encoded.groups(), {4096}, alone()));

  std::size_t request = 0;
  const Json& samples = run["samples"];
  ASSERT_EQ(samples.size(), parts[0].documents.size());
  for (std::size_t document = 0; document < samples.size(); ++document) {
    const Json& sample = samples[document];
    const Json counts = token_counts(encoded, samples, document);
    if (!counts.empty()) {
      EXPECT_EQ(counts, sample["tokens"]) << "document " << document;
    }
    for (std::size_t i = 0; i < sample["ll"].size(); ++i, ++request) {
      const double expected = sample["ll"][i];
      EXPECT_NEAR(responses.at(request).log_likelihood, expected, tolerance(expected))
          << "document " << document << ", request " << i;
      if (sample.contains("greedy")) {
        EXPECT_EQ(responses[request].is_greedy, sample["greedy"][i] == 1) << document;
      }
    }
  }
  EXPECT_EQ(request, responses.size());

  const Json metrics = task_metrics(parts[0], responses);
  for (const auto& [metric, expected] : run["metrics"].items()) {
    ASSERT_TRUE(metrics.contains(metric)) << metric;
    if (metric.starts_with("acc") || !expected.is_number()) {
      EXPECT_EQ(metrics[metric], expected) << metric;
    } else {
      EXPECT_NEAR(metrics[metric].get<double>() / expected.get<double>(), 1, 1e-5) << metric;
    }
  }
}

std::string name_of(const testing::TestParamInfo<std::string>& info) { return info.param; }
INSTANTIATE_TEST_SUITE_P(Golden, HarnessScores, testing::ValuesIn(harness_runs()), name_of);

TEST(HarnessScores, OfEdgeCaseRequestsEqualOurs) {
  if (harness_runs()[0] == "absent") GTEST_SKIP() << "no lm-eval.json in " << checkpoint();
  std::vector<RequestGroup> groups;
  for (const Json& edge : reference()["edge_cases"]) {
    groups.push_back({llama().encoder.pair({edge["arguments"][0], edge["arguments"][1]})});
  }
  const auto responses = score_requests(llama().model, groups, {}, alone());
  bool any_greedy = false;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Json& edge = reference()["edge_cases"][i];
    EXPECT_NEAR(responses[i].log_likelihood, edge["ll"], tolerance(edge["ll"])) << i;
    EXPECT_EQ(responses[i].is_greedy, edge["greedy"] == 1) << i;
    any_greedy = any_greedy || responses[i].is_greedy;
  }
  EXPECT_TRUE(any_greedy);
}

}  // namespace
}  // namespace lamina
