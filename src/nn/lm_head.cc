#include "lamina/nn/lm_head.h"

#include "lamina/kernels/cross_entropy.h"

namespace lamina {

at::Tensor lm_head_loss(const Linear& head, const at::Tensor& x_ND, const at::Tensor& targets_N,
                        double scale) {
  return linear_cross_entropy(x_ND, head.weights(), targets_N, scale);
}

at::Tensor losses_of_logits(const at::Tensor& logits_NV, const at::Tensor& targets_N) {
  return token_losses(logits_NV, targets_N);
}

}  // namespace lamina
