#include "lamina/nn/parameters.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lamina {

std::vector<at::Tensor> values_of(const std::vector<Parameter>& parameters) {
  std::vector<at::Tensor> values;
  for (const Parameter& parameter : parameters) values.push_back(parameter.value);
  return values;
}

WeightMatrix::WeightMatrix(std::string name, const at::Tensor& memory,
                           std::vector<at::Tensor> parameters, const Placement& placement)
    : name_(std::move(name)), memory_(memory) {
  const bool needs_copy = placement.compute != placement.master;
  weights_.parameters = std::move(parameters);
  weights_.matrix =
      needs_copy ? at::empty_like(memory, memory.options().dtype(placement.products())) : memory;
}

void WeightMatrix::update(const Placement& placement) {
  if (is_copy()) {
    const bool widens = placement.products() != placement.compute;  // rounds to bfloat16 first
    weights_.matrix.copy_(widens ? memory_.to(placement.compute) : memory_);
  }
  version_ = memory_._version();
}

const LinearWeights& WeightMatrix::weights() const {
  TORCH_CHECK(memory_._version() == version_, "[parameters] ", name_,
              version_ < 0 ? " has never been written"
                           : " was changed outside ParameterStore::write, or a write failed");
  return weights_;
}

at::Tensor ParameterStore::add(const std::string& name, at::IntArrayRef shape) {
  return add_view(name, at::empty(shape, placement_.master_options()));
}

at::Tensor ParameterStore::add_view(const std::string& name, const at::Tensor& memory) {
  parameters_.push_back({name, memory.detach().requires_grad_(true)});
  return parameters_.back().value;
}

std::shared_ptr<const WeightMatrix> ParameterStore::add_matrix(const std::string& name,
                                                               const at::Tensor& memory,
                                                               std::vector<at::Tensor> parameters) {
  // std::make_shared cannot call the private constructor.
  const std::shared_ptr<WeightMatrix> matrix(
      new WeightMatrix(name, memory, std::move(parameters), placement_));
  matrices_.push_back(matrix);
  return matrix;
}

std::int64_t ParameterStore::copied_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& matrix : matrices_) {
    if (matrix->is_copy()) bytes += static_cast<std::int64_t>(matrix->weights_.matrix.nbytes());
  }
  return bytes;
}

void ParameterStore::write(const Write& write) {
  const at::NoGradGuard no_gradients;
  // Fused kernels do not increment the version, which autograd and WeightMatrix::weights check.
  for (const Parameter& parameter : parameters_) {
    parameter.value.unsafeGetTensorImpl()->bump_version();
  }
  write(parameters_);
  for (const auto& matrix : matrices_) matrix->update(placement_);
}

}  // namespace lamina
