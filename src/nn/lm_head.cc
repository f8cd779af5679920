#include "lamina/nn/lm_head.h"

#include "lamina/kernels/cross_entropy.h"

namespace lamina {

LmHead::LmHead(ParameterStore& store, const Parameter& weight)
    : matrix_(store.add_matrix(weight.name, weight.value.detach(), {weight.value})) {}

LmHead::LmHead(ParameterStore& store, const std::string& name, std::int64_t vocab_size,
               std::int64_t width)
    : LmHead(store, Parameter{name + ".weight", store.add(name + ".weight", {vocab_size, width})}) {
}

LmHead::LmHead(ParameterStore& store, const Embedding& tied) : LmHead(store, tied.table()) {}

at::Tensor LmHead::logits(const at::Tensor& x) const { return linear(x, matrix_->weights()); }

at::Tensor LmHead::loss(const at::Tensor& x_ND, const at::Tensor& targets_N, double scale) const {
  return linear_cross_entropy(x_ND, matrix_->weights(), targets_N, scale);
}

TargetScores LmHead::scores(const at::Tensor& x_PD, const at::Tensor& positions_N,
                            const at::Tensor& targets_N) const {
  return target_scores(x_PD, matrix_->weights(), positions_N, targets_N);
}

}  // namespace lamina
