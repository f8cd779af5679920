#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lamina/model/decoder.h"

namespace lamina {

/// Greedy decoding of one sequence with a KV cache: each token is the argmax of the logits, the
/// lowest id on ties. `model` must outlive the object.
class GreedyDecoding {
 public:
  /// Processes the prompt in one forward pass and predicts the first token. Throws Error if the
  /// prompt is empty, has a token id outside the vocabulary, or exceeds max_position_embeddings
  /// together with `num_new_tokens`. Like `advance`, throws Error with the position (from 0) if
  /// logits are not finite.
  GreedyDecoding(const Decoder& model, std::span<const std::int64_t> prompt,
                 std::int64_t num_new_tokens);

  /// The predicted next token.
  std::int64_t token() const { return token_; }

  /// Appends `token()` to the sequence and predicts the next; may be called num_new_tokens - 1
  /// times.
  void advance();

  /// Has all positions except that of `token()`.
  const KvCache& cache() const { return cache_; }

 private:
  /// Processes new tokens and sets token_ to the argmax of the last logits.
  void read(const at::Tensor& tokens_BT);

  const Decoder& model_;
  KvCache cache_;
  std::int64_t token_ = 0;
};

/// The `num_new_tokens` tokens that GreedyDecoding appends to the prompt. Throws like it.
std::vector<std::int64_t> generate_greedy(const Decoder& model,
                                          std::span<const std::int64_t> prompt,
                                          std::int64_t num_new_tokens);

}  // namespace lamina
