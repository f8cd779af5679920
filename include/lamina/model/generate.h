#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lamina/model/decoder.h"

namespace lamina {

/// Greedy decoding of one sequence with a KV cache: each token is the likeliest, the first of those
/// that are equally likely.
class GreedyDecoding {
 public:
  /// Reads the prompt at once and finds the first token. Throws Error where the prompt is empty,
  /// has an id outside the vocabulary, or leaves no room for `num_new_tokens` among the model's
  /// positions; and, as `advance` does, where logits are not finite, naming the position, from 0.
  GreedyDecoding(const Decoder& model, std::span<const std::int64_t> prompt,
                 std::int64_t num_new_tokens);

  /// The token that continues what was read so far.
  std::int64_t token() const { return token_; }

  /// Reads `token()` and finds the next; at most num_new_tokens - 1 times.
  void advance();

  const KvCache& cache() const { return cache_; }

 private:
  void read(const at::Tensor& tokens_BT);

  const Decoder& model_;
  KvCache cache_;
  std::int64_t token_ = 0;
};

/// The `num_new_tokens` tokens that follow the prompt.
std::vector<std::int64_t> generate_greedy(const Decoder& model,
                                          std::span<const std::int64_t> prompt,
                                          std::int64_t num_new_tokens);

}  // namespace lamina
