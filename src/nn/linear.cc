#include "lamina/nn/linear.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lamina {

Linear::Linear(ParameterStore& store, const std::vector<LinearPart>& parts, std::int64_t inputs,
               bool bias)
    : compute_(store.placement().compute) {
  std::int64_t num_rows = 0;
  for (const LinearPart& part : parts) num_rows += part.rows;
  const at::Tensor memory = at::empty({num_rows, inputs}, store.placement().master_options());
  std::vector<at::Tensor> parameters;
  std::int64_t first = 0;
  for (const LinearPart& part : parts) {
    parameters.push_back(store.add_view(part.name + ".weight", memory.narrow(0, first, part.rows)));
    if (bias) biases_.push_back(store.add(part.name + ".bias", {part.rows}));
    first += part.rows;
  }
  matrix_ = store.add_matrix(parts.at(0).name + ".weight", memory, std::move(parameters));
}

at::Tensor Linear::forward(const at::Tensor& x) const {
  if (biases_.empty()) return linear(x, matrix_->weights());
  return linear(x, matrix_->weights(), at::cat(biases_).to(compute_));
}

}  // namespace lamina
