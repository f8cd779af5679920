#include "lamina/nn/parameters.h"

#include <ATen/ATen.h>

namespace lamina {

std::vector<at::Tensor> values_of(const std::vector<Parameter>& parameters) {
  std::vector<at::Tensor> values;
  for (const Parameter& parameter : parameters) values.push_back(parameter.value);
  return values;
}

at::Tensor ParameterStore::add(const std::string& name, at::IntArrayRef shape) {
  return add_view(name, at::empty(shape, placement_.master_options()));
}

at::Tensor ParameterStore::add_view(const std::string& name, const at::Tensor& memory) {
  parameters_.push_back({name, memory.detach().requires_grad_(true)});
  return parameters_.back().value;
}

}  // namespace lamina
