#pragma once
#include <vector>

#include "lamina/design/model_spec.h"
#include "lamina/model/kv_cache.h"
#include "lamina/nn/block.h"
#include "lamina/nn/embedding.h"
#include "lamina/nn/lm_head.h"

namespace lamina {

/// A pre-norm decoder language model whose layers may attend to the keys and values of other
/// layers, as `spec.kv_source_layers` says. T is the number of tokens per sequence in a call; other
/// letters as in ModelSpec. Const member functions are thread-safe, except that a KvCache belongs
/// to one thread at a time.
class Decoder {
 public:
  /// Parameters are uninitialised; call initialise (initialise.h) or read_weights
  /// (checkpoint_weights.h) before any computation, which throws c10::Error otherwise.
  Decoder(const ModelSpec& spec, const Placement& placement);

  /// The residual stream after the final norm, (B, T, D) in the compute dtype. tokens (B, T) int64
  /// on the model's device. With a cache, the tokens follow those in the cache, and their keys and
  /// values are added to it. Throws c10::Error beyond max_position_embeddings or the cache's
  /// capacity.
  at::Tensor hidden(const at::Tensor& tokens_BT, KvCache* cache = nullptr) const;

  /// Maps the result of `hidden` to logits, losses and scores.
  const LmHead& head() const { return head_; }

  /// The logits of `hidden`, (B, T, V) in the compute dtype.
  at::Tensor logits(const at::Tensor& tokens_BT, KvCache* cache = nullptr) const;

  /// scale * sum of the B * T cross entropies in nats, a differentiable scalar of at least float32.
  /// tokens (B, T + 1): the inputs are all but the last token of each row, the targets all but the
  /// first.
  at::Tensor loss(const at::Tensor& tokens_BT1, double scale) const;

  /// The cross entropy of each target in nats, (B, T) of at least float32. tokens as for `loss`. No
  /// gradients.
  at::Tensor token_losses(const at::Tensor& tokens_BT1) const;

  /// All parameters, in the order of the forward pass; a tied head has none.
  const std::vector<Parameter>& parameters() const { return store_.all(); }
  ParameterStore& parameter_store() { return store_; }
  const ModelSpec& spec() const { return spec_; }
  const Placement& placement() const { return store_.placement(); }

 private:
  // Members are constructed, and so parameters created, in the order of the forward pass.
  ModelSpec spec_;
  ParameterStore store_;
  RotaryPositions rotary_;
  Embedding embedding_;
  std::vector<Block> blocks_;
  Norm norm_;
  LmHead head_;
};

}  // namespace lamina
