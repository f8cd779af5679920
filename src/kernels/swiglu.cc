#include "lamina/kernels/swiglu.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cpu_tensors.h"

namespace lamina {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Saves gate and up only; backward recomputes the sigmoid.
struct CpuSwiglu : torch::autograd::Function<CpuSwiglu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& given);
  static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

at::Tensor CpuSwiglu::forward(AutogradContext* context, const at::Tensor& given) {
  const at::Tensor gate_up = given.contiguous();
  const std::int64_t width = gate_up.size(-1) / 2, num_rows = gate_up.numel() / (2 * width);
  auto shape = gate_up.sizes().vec();
  shape.back() = width;
  const at::Tensor y = at::empty(shape, gate_up.options());
  cpu::with_activation(gate_up, [&]<class T>(const T* x_data) {
    T* y_data = static_cast<T*>(y.data_ptr());
    cpu::for_rows(num_rows, width, [&](std::int64_t begin, std::int64_t end) {
      cpu::kernels_of(x_data).swiglu(x_data, y_data, width, begin, end);
    });
  });
  context->save_for_backward({gate_up});
  return y;
}

variable_list CpuSwiglu::backward(AutogradContext* context, const variable_list& gradients) {
  const at::Tensor gate_up = context->get_saved_variables()[0];
  const at::Tensor dy = gradients[0].contiguous();
  const std::int64_t width = dy.size(-1), num_rows = dy.numel() / width;
  const at::Tensor dgate_up = at::empty_like(gate_up);
  cpu::with_activation(gate_up, [&]<class T>(const T* x_data) {
    const T* dy_data = static_cast<const T*>(dy.data_ptr());
    T* dx_data = static_cast<T*>(dgate_up.data_ptr());
    cpu::for_rows(num_rows, width, [&](std::int64_t begin, std::int64_t end) {
      cpu::kernels_of(x_data).swiglu_backward(x_data, dy_data, dx_data, width, begin, end);
    });
  });
  return {dgate_up};
}

}  // namespace

at::Tensor swiglu(const at::Tensor& gate_up) {
  if (cpu::is_supported(gate_up)) return CpuSwiglu::apply(gate_up);
  const auto halves = gate_up.chunk(2, -1);
  return at::silu(halves[0]) * halves[1];
}

}  // namespace lamina
