#include "lamina/kernels/linear.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "kernels/weight_gradient.h"

namespace lamina {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Multiplies with `matrix` and gives its gradient to `parameters`.
struct Linear : torch::autograd::Function<Linear> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            at::TensorList parameters, const at::Tensor& matrix);
  static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

at::Tensor Linear::forward(AutogradContext* context, const at::Tensor& x, at::TensorList parameters,
                           const at::Tensor& matrix) {
  std::vector<std::int64_t> rows;
  for (const at::Tensor& parameter : parameters) rows.push_back(parameter.size(0));
  context->saved_data["rows"] = rows;
  context->saved_data["dtype"] = parameters[0].scalar_type();
  context->save_for_backward({x, matrix});
  return at::linear(x.to(matrix.scalar_type()), matrix).to(x.scalar_type());
}

variable_list Linear::backward(AutogradContext* context, const variable_list& gradients) {
  const auto saved = context->get_saved_variables();
  const at::Tensor &x = saved[0], &matrix = saved[1];
  const at::Tensor dy_NR = gradients[0].reshape({-1, matrix.size(0)}).to(matrix.scalar_type());
  const auto rows = context->saved_data["rows"].toIntVector();
  const auto dtype = context->saved_data["dtype"].toScalarType();
  variable_list result(rows.size() + 2);
  if (context->needs_input_grad(0))
    result[0] = at::mm(dy_NR, matrix).view(x.sizes()).to(x.scalar_type());
  if (context->needs_input_grad(1)) {
    const at::Tensor x_ND = x.reshape({-1, matrix.size(1)}).to(matrix.scalar_type());
    const at::Tensor dw = weight_gradient(dy_NR, x_ND, dtype);
    std::int64_t first = 0;
    for (std::size_t i = 0; i < rows.size(); first += rows[i++]) {
      result[i + 1] = dw.narrow(0, first, rows[i]);
    }
  }
  return result;
}

}  // namespace

at::Tensor linear(const at::Tensor& x, const LinearWeights& weights, const at::Tensor& bias) {
  const at::Tensor y = Linear::apply(x, at::TensorList(weights.parameters), weights.matrix);
  return bias.defined() ? y + bias : y;
}

}  // namespace lamina
