#include "lamina/nn/lm_head.h"

#include "lamina/kernels/cross_entropy.h"

namespace lamina {

at::Tensor lm_head_loss(const Linear& head, const at::Tensor& x_ND, const at::Tensor& targets_N,
                        double scale) {
  return linear_cross_entropy(x_ND, head.weights(), targets_N, scale);
}

TargetScores lm_head_scores(const Linear& head, const at::Tensor& x_PD,
                            const at::Tensor& positions_N, const at::Tensor& targets_N) {
  return target_scores(x_PD, head.weights(), positions_N, targets_N);
}

}  // namespace lamina
