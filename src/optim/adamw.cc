#include "lamina/optim/adamw.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

namespace lamina {

AdamW::AdamW(std::vector<at::Tensor> parameters, const AdamWSettings& settings)
    : settings_(settings), parameters_(std::move(parameters)) {
  const at::NoGradGuard no_gradients;
  for (const at::Tensor& parameter : parameters_) {
    first_moments_.push_back(at::zeros_like(parameter));
    second_moments_.push_back(at::zeros_like(parameter));
  }
}

std::vector<at::Tensor> AdamW::gradients() const {
  std::vector<at::Tensor> result;
  for (const at::Tensor& parameter : parameters_) result.push_back(parameter.grad());
  return result;
}

at::Tensor AdamW::clip_gradients() const {
  const at::NoGradGuard no_gradients;
  const auto all = gradients();
  const at::Tensor norm = at::stack(at::_foreach_norm(all, 2)).norm();
  if (settings_.clip_norm == 0) return norm;
  const at::Tensor factor = (settings_.clip_norm / (norm + 1e-6)).clamp_max(1);
  // On a CPU looking at the factor is free, and most late steps need no clipping.
  if (!factor.is_cpu() || factor.item<double>() != 1) at::_foreach_mul_(all, factor);
  return norm;
}

bool AdamW::step(double learning_rate, const at::Tensor& gradient_norm) {
  if (!std::isfinite(gradient_norm.item<double>())) return false;
  const at::NoGradGuard no_gradients;
  ++num_steps_;
  const auto all = gradients();
  for (const bool matrices : {true, false}) update(matrices, learning_rate, all);
  return true;
}

void AdamW::update(bool matrices, double learning_rate, const std::vector<at::Tensor>& gradients) {
  std::vector<at::Tensor> parameters, chosen_gradients, first, second;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if ((parameters_[i].dim() >= 2) != matrices) continue;
    parameters.push_back(parameters_[i]);
    chosen_gradients.push_back(gradients[i]);
    first.push_back(first_moments_[i]);
    second.push_back(second_moments_[i]);
  }
  if (parameters.empty()) return;
  const at::Tensor step = at::full({}, static_cast<double>(num_steps_),
                                   parameters[0].options().dtype(at::kFloat).requires_grad(false));
  const std::vector<at::Tensor> steps(parameters.size(), step);
  at::_fused_adamw_(parameters, chosen_gradients, first, second, {}, steps, learning_rate,
                    settings_.betas[0], settings_.betas[1], matrices ? settings_.weight_decay : 0,
                    settings_.epsilon, /*amsgrad=*/false, /*maximize=*/false);
  // The fused kernel does not count its writes; copies in another dtype are kept by that count.
  for (const at::Tensor& parameter : parameters) parameter.unsafeGetTensorImpl()->bump_version();
}

void AdamW::clear_gradients() const {
  for (const at::Tensor& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

}  // namespace lamina
