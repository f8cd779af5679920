#include "lamina/model/generate.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// The required cache capacity in tokens: the last new token is never processed.
std::int64_t checked_capacity(const ModelSpec& spec, std::span<const std::int64_t> prompt,
                              std::int64_t num_new_tokens) {
  if (prompt.empty()) throw Error("generate: the prompt is empty; expected at least one token");
  if (num_new_tokens < 1) {
    throw Error(fmt::format("generate: got {} new tokens; expected at least 1", num_new_tokens));
  }
  for (const std::int64_t id : prompt) {
    if (id < 0 || id >= spec.vocab_size) {
      throw Error(fmt::format("generate: the prompt has token id {}; expected 0 to {}", id,
                              spec.vocab_size - 1));
    }
  }
  const std::int64_t max_new_tokens = spec.max_position_embeddings - std::ssize(prompt) + 1;
  if (num_new_tokens > max_new_tokens) {
    throw Error(
        fmt::format("generate: got {} new tokens; expected at most {}: the model has {} positions, "
                    "the prompt {} tokens",
                    num_new_tokens, std::max<std::int64_t>(max_new_tokens, 0),
                    spec.max_position_embeddings, prompt.size()));
  }
  return std::ssize(prompt) + num_new_tokens - 1;
}

}  // namespace

GreedyDecoding::GreedyDecoding(const Decoder& model, std::span<const std::int64_t> prompt,
                               std::int64_t num_new_tokens)
    : model_(model),
      cache_(model.spec(), model.placement(), 1,
             checked_capacity(model.spec(), prompt, num_new_tokens)) {
  read(at::tensor(at::ArrayRef(prompt.data(), prompt.size()), at::kLong).unsqueeze(0));
}

void GreedyDecoding::read(const at::Tensor& tokens) {
  const at::NoGradGuard no_gradients;
  const at::Tensor x = model_.hidden(tokens.to(model_.placement().device), &cache_);
  const at::Tensor logits = model_.head().logits(x.slice(1, -1));
  if (!at::isfinite(logits).all().item<bool>()) {
    throw Error(fmt::format(
        "generate: the logits at position {} are not finite: the weights are damaged, or matrix "
        "products overflow in {}",
        cache_.length() - 1, c10::toString(model_.placement().compute)));
  }
  token_ = logits.argmax().item<std::int64_t>();
}

void GreedyDecoding::advance() { read(at::full({1, 1}, token_, at::kLong)); }

std::vector<std::int64_t> generate_greedy(const Decoder& model,
                                          std::span<const std::int64_t> prompt,
                                          std::int64_t num_new_tokens) {
  GreedyDecoding decoding(model, prompt, num_new_tokens);
  std::vector<std::int64_t> tokens{decoding.token()};
  while (std::ssize(tokens) < num_new_tokens) {
    decoding.advance();
    tokens.push_back(decoding.token());
  }
  return tokens;
}

}  // namespace lamina
