#pragma once
#include <vector>

#include "lamina/design/model_spec.h"
#include "lamina/model/kv_cache.h"
#include "lamina/nn/block.h"
#include "lamina/nn/embedding.h"
#include "lamina/nn/lm_head.h"

namespace lamina {

/// A decoder language model whose layers may read other layers' keys and values.
/// B batch, T tokens of this call, D hidden_size, V vocab_size.
class Decoder {
 public:
  /// Parameters are uninitialised: see initialise.h and checkpoint_weights.h.
  Decoder(const ModelSpec& spec, const Placement& placement);

  /// The normed residual stream, (B, T, D) in the compute dtype. tokens (B, T) int64. With a cache,
  /// the tokens stand behind those in it, and their keys and values are added.
  at::Tensor hidden(const at::Tensor& tokens_BT, KvCache* cache = nullptr) const;

  /// What maps such hidden states to logits, losses and scores.
  const LmHead& head() const { return head_; }

  /// (B, T, V) in the compute dtype.
  at::Tensor logits(const at::Tensor& tokens_BT, KvCache* cache = nullptr) const;

  /// scale * the sum of all B * T cross entropies in nats; tokens (B, T + 1): inputs are all but
  /// the last of each row, targets all but the first. A scalar, differentiable.
  at::Tensor loss(const at::Tensor& tokens_BT1, double scale) const;

  /// The cross entropy of every target, (B, T) of at least float32, without gradients.
  at::Tensor token_losses(const at::Tensor& tokens_BT1) const;

  const std::vector<Parameter>& parameters() const { return store_.all(); }
  ParameterStore& parameter_store() { return store_; }
  const ModelSpec& spec() const { return spec_; }
  const Placement& placement() const { return store_.placement(); }

 private:
  // In the order of the forward pass, which is that of the parameters.
  ModelSpec spec_;
  ParameterStore store_;
  RotaryPositions rotary_;
  Embedding embedding_;
  std::vector<Block> blocks_;
  Norm norm_;
  LmHead head_;
};

}  // namespace lamina
