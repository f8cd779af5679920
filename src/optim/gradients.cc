#include "lamina/optim/gradients.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lamina {

std::vector<at::Tensor> gradients_of(const std::vector<Parameter>& parameters) {
  std::vector<at::Tensor> gradients;
  for (const Parameter& parameter : parameters) gradients.push_back(parameter.value.grad());
  return gradients;
}

at::Tensor clip_gradients(const std::vector<Parameter>& parameters, double clip_norm) {
  const at::NoGradGuard no_gradients;
  const auto gradients = gradients_of(parameters);
  const at::Tensor norm = at::stack(at::_foreach_norm(gradients, 2)).norm();
  if (clip_norm == 0) return norm;
  const at::Tensor factor = (clip_norm / (norm + 1e-6)).clamp_max(1);
  // On a CPU, reading the factor needs no synchronisation and often saves the multiplication.
  if (!factor.is_cpu() || factor.item<double>() != 1) at::_foreach_mul_(gradients, factor);
  return norm;
}

void clear_gradients(const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) parameter.value.mutable_grad() = at::Tensor();
}

}  // namespace lamina
