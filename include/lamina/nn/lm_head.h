#pragma once
#include <memory>
#include <string>

#include "lamina/kernels/target_scores.h"
#include "lamina/nn/embedding.h"

namespace lamina {

/// logits = x W^T with W (V, D), a parameter of its own or, tied, the embedding's table. Loss and
/// scores never hold the logits of all tokens at once. x is in the compute dtype.
class LmHead {
 public:
  /// W is the parameter "<name>.weight".
  LmHead(ParameterStore& store, const std::string& name, std::int64_t vocab_size,
         std::int64_t width);

  /// W is the embedding's table.
  LmHead(ParameterStore& store, const Embedding& tied);

  /// x (..., D) -> (..., V).
  at::Tensor logits(const at::Tensor& x) const;

  /// scale * the sum over tokens of -log softmax(logits)[target]. x (N, D), targets (N) int64.
  /// A differentiable scalar: see kernels/cross_entropy.h.
  at::Tensor loss(const at::Tensor& x_ND, const at::Tensor& targets_N, double scale) const;

  /// Log-probabilities of tokens: pair n is targets[n] after row positions[n] of x (P, D). See
  /// kernels/target_scores.h. Without gradients.
  TargetScores scores(const at::Tensor& x_PD, const at::Tensor& positions_N,
                      const at::Tensor& targets_N) const;

 private:
  LmHead(ParameterStore& store, const Parameter& weight);

  std::shared_ptr<const WeightMatrix> matrix_;
};

}  // namespace lamina
