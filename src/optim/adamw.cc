#include "lamina/optim/adamw.h"

#include <ATen/ATen.h>

#include <cmath>

namespace lamina {

AdamW::AdamW(ParameterStore& store, const AdamWSettings& settings)
    : settings_(settings), store_(store) {
  const at::NoGradGuard no_gradients;
  for (const Parameter& parameter : store.all()) {
    first_moments_.push_back(at::zeros_like(parameter.value));
    second_moments_.push_back(at::zeros_like(parameter.value));
  }
}

std::vector<at::Tensor> AdamW::gradients() const {
  std::vector<at::Tensor> result;
  for (const Parameter& parameter : store_.all()) result.push_back(parameter.value.grad());
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
  ++num_steps_;
  store_.write([&](const std::vector<Parameter>& parameters) {
    for (const bool matrices : {true, false}) {
      update(matrices, learning_rate, values_of(parameters));
    }
  });
  return true;
}

void AdamW::update(bool matrices, double learning_rate, const std::vector<at::Tensor>& all) {
  std::vector<at::Tensor> parameters, gradients, first, second;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((all[i].dim() >= 2) != matrices) continue;
    parameters.push_back(all[i]);
    gradients.push_back(all[i].grad());
    first.push_back(first_moments_[i]);
    second.push_back(second_moments_[i]);
  }
  if (parameters.empty()) return;
  const at::Tensor step = at::full({}, static_cast<double>(num_steps_),
                                   parameters[0].options().dtype(at::kFloat).requires_grad(false));
  const std::vector<at::Tensor> steps(parameters.size(), step);
  at::_fused_adamw_(parameters, gradients, first, second, {}, steps, learning_rate,
                    settings_.betas[0], settings_.betas[1], matrices ? settings_.weight_decay : 0,
                    settings_.epsilon, /*amsgrad=*/false, /*maximize=*/false);
}

void AdamW::clear_gradients() const {
  for (const Parameter& parameter : store_.all()) parameter.value.mutable_grad() = at::Tensor();
}

}  // namespace lamina
