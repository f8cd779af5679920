#pragma once
#include <memory>
#include <string>

#include "lamina/kernels/target_scores.h"
#include "lamina/nn/embedding.h"

namespace lamina {

/// Language model head: logits = x W^T with W (V, D), a separate parameter or, if tied, the
/// embedding table. `loss` and `scores` never materialise the logits of all tokens. x is in the
/// compute dtype.
class LmHead {
 public:
  /// W is the parameter "<name>.weight".
  LmHead(ParameterStore& store, const std::string& name, std::int64_t vocab_size,
         std::int64_t width);

  /// Tied: W is the embedding table.
  LmHead(ParameterStore& store, const Embedding& tied);

  /// x (..., D) -> (..., V) in the compute dtype.
  at::Tensor logits(const at::Tensor& x) const;

  /// scale * sum over tokens of -log softmax(logits)[target], a differentiable scalar. x (N, D),
  /// targets (N) int64. See kernels/cross_entropy.h.
  at::Tensor loss(const at::Tensor& x_ND, const at::Tensor& targets_N, double scale) const;

  /// Log-probabilities of tokens: pair n is the token targets[n] at row positions[n] of x (P, D).
  /// No gradients. See kernels/target_scores.h.
  TargetScores scores(const at::Tensor& x_PD, const at::Tensor& positions_N,
                      const at::Tensor& targets_N) const;

 private:
  LmHead(ParameterStore& store, const Parameter& weight);

  std::shared_ptr<const WeightMatrix> matrix_;
};

}  // namespace lamina
