#include "lamina/optim/adamw.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lamina {
namespace {

/// Updates the matrices, with weight decay, or all other parameters, without.
void update_group(const AdamWSettings& settings, const ParameterUpdate& all, bool matrices) {
  std::vector<at::Tensor> parameters, gradients, first, second;
  for (std::size_t i = 0; i < all.parameters.size(); ++i) {
    const at::Tensor& parameter = all.parameters[i].value;
    if ((parameter.dim() >= 2) != matrices) continue;
    parameters.push_back(parameter);
    gradients.push_back(all.gradients[i]);
    first.push_back(all.states[0].tensors[i]);
    second.push_back(all.states[1].tensors[i]);
  }
  if (parameters.empty()) return;
  const at::Tensor step = at::full({}, static_cast<double>(all.step),
                                   parameters[0].options().dtype(at::kFloat).requires_grad(false));
  const std::vector<at::Tensor> steps(parameters.size(), step);
  at::_fused_adamw_(parameters, gradients, first, second, {}, steps, all.learning_rate,
                    settings.betas[0], settings.betas[1], matrices ? settings.weight_decay : 0,
                    settings.epsilon, /*amsgrad=*/false, /*maximize=*/false);
}

}  // namespace

UpdateRule adamw(const AdamWSettings& settings) {
  return {{"first_moment", "second_moment"}, [settings](const ParameterUpdate& all) {
            for (const bool matrices : {true, false}) update_group(settings, all, matrices);
          }};
}

}  // namespace lamina
