#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace lamina {

/// Where a model lives and in what precision it works.
struct Placement {
  at::Device device = at::kCPU;
  at::ScalarType master =
      at::kFloat;  ///< parameters, gradients, residual stream: float32 or float64
  at::ScalarType compute =
      at::kFloat;  ///< operands and results of matrix products: bfloat16, or the same as `master`
  bool widens_products = false;  ///< multiplies bfloat16 operands as the float32 numbers they are

  /// The dtype in which matrices are multiplied.
  at::ScalarType products() const { return widens_products ? at::kFloat : compute; }

  at::TensorOptions master_options() const { return at::TensorOptions(device).dtype(master); }
};

/// A trained tensor under its name in a checkpoint, which is Hugging Face's Llama name where Llama
/// has such a tensor. `value` is a leaf that requires a gradient.
struct Parameter {
  std::string name;
  at::Tensor value;
};

/// The tensors alone, in the same order.
std::vector<at::Tensor> values_of(const std::vector<Parameter>& parameters);

/// Makes a model's parameters, uninitialised, in the order in which the forward pass uses them.
class ParameterStore {
 public:
  explicit ParameterStore(const Placement& placement) : placement_(placement) {}

  at::Tensor add(const std::string& name, at::IntArrayRef shape);

  /// A parameter that is a view of memory that the caller keeps.
  at::Tensor add_view(const std::string& name, const at::Tensor& memory);

  const Placement& placement() const { return placement_; }
  const std::vector<Parameter>& all() const { return parameters_; }

 private:
  Placement placement_;
  std::vector<Parameter> parameters_;
};

}  // namespace lamina
