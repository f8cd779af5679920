#include "lamina/nn/linear.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lamina {

Linear::Linear(ParameterStore& store, const std::vector<LinearPart>& parts, std::int64_t inputs,
               bool bias)
    : compute_(store.placement().compute), products_(store.placement().products()) {
  std::int64_t num_rows = 0;
  for (const LinearPart& part : parts) num_rows += part.rows;
  memory_ = at::empty({num_rows, inputs}, store.placement().master_options());
  std::int64_t first = 0;
  for (const LinearPart& part : parts) {
    weights_.parameters.push_back(
        store.add_view(part.name + ".weight", memory_.narrow(0, first, part.rows)));
    if (bias) biases_.push_back(store.add(part.name + ".bias", {part.rows}));
    first += part.rows;
  }
}

const LinearWeights& Linear::weights() const {
  std::int64_t version = 0;  // each parameter counts the writes to it
  for (const at::Tensor& parameter : weights_.parameters) version += parameter._version();
  if (version != matrix_version_) {
    const at::NoGradGuard no_gradients;
    weights_.matrix = memory_.to(compute_).to(products_);
    matrix_version_ = version;
  }
  return weights_;
}

at::Tensor Linear::forward(const at::Tensor& x) const {
  if (biases_.empty()) return linear(x, weights());
  return linear(x, weights(), at::cat(biases_).to(compute_));
}

}  // namespace lamina
