#include "lamina/model/generate.h"

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include "error_text.h"
#include "lamina/design/cost.h"
#include "model/small_model.h"

namespace lamina {
namespace {

using Ids = std::vector<std::int64_t>;

/// Greedy tokens, each from a forward pass over the whole sequence so far.
Ids greedy_without_cache(const Decoder& model, Ids tokens, std::int64_t num_new_tokens) {
  const at::NoGradGuard no_gradients;
  const std::ptrdiff_t num_prompt = std::ssize(tokens);
  for (std::int64_t i = 0; i < num_new_tokens; ++i) {
    const at::Tensor logits = model.logits(at::tensor(tokens, at::kLong).unsqueeze(0));
    tokens.push_back(logits[0][-1].argmax().item<std::int64_t>());
  }
  return {tokens.begin() + num_prompt, tokens.end()};
}

const Ids kPrompt{3, 14, 15, 9, 26};

TEST(Generate, TheCacheDoesNotChangeTokensInAnyLayout) {
  for (const auto& [name, sharing] : layouts_of_eight_layers()) {
    const Decoder model =
        random_model(small_spec(small_settings(sharing)), at::kDouble, at::kDouble);
    EXPECT_EQ(generate_greedy(model, kPrompt, 28), greedy_without_cache(model, kPrompt, 28))
        << name;
  }
}

TEST(Generate, TheCacheHasTheBytesOfTheCostFormula) {
  for (const auto& [name, sharing] : layouts_of_eight_layers()) {
    const Decoder model = random_model(small_spec(small_settings(sharing)), at::kFloat, at::kFloat);
    const GreedyDecoding decoding(model, kPrompt, 8);
    EXPECT_EQ(decoding.cache().capacity(), 5 + 8 - 1);  // the last token is never processed
    EXPECT_EQ(decoding.cache().allocated_bytes(), 12 * kv_bytes_per_token(model.spec(), 4)) << name;
  }
}

TEST(Generate, CanFillAllPositionsOfTheModel) {
  const Decoder model = random_model(small_spec(small_settings()), at::kFloat, at::kFloat);
  EXPECT_EQ(generate_greedy(model, kPrompt, 32 - 5 + 1).size(), 28U);
  EXPECT_EQ(error_text([&] { generate_greedy(model, kPrompt, 29); }),
            "generate: got 29 new tokens; expected at most 28: the model has 32 positions, the "
            "prompt 5 tokens");
}

TEST(Generate, RefusesInvalidPromptsAndLengths) {
  const Decoder model = random_model(small_spec(small_settings()), at::kFloat, at::kFloat);
  const auto refusal = [&](const Ids& prompt, std::int64_t num_new_tokens) {
    return error_text([&] { generate_greedy(model, prompt, num_new_tokens); });
  };
  EXPECT_EQ(refusal({}, 1), "generate: the prompt is empty; expected at least one token");
  EXPECT_EQ(refusal({1, 29}, 1), "generate: the prompt has token id 29; expected 0 to 28");
  EXPECT_EQ(refusal({-1}, 1), "generate: the prompt has token id -1; expected 0 to 28");
  EXPECT_EQ(refusal({1}, 0), "generate: got 0 new tokens; expected at least 1");
  EXPECT_EQ(refusal(Ids(40, 1), 1),
            "generate: got 1 new tokens; expected at most 0: the model has 32 positions, the "
            "prompt 40 tokens");
}

}  // namespace
}  // namespace lamina
