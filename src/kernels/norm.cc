#include "lamina/kernels/norm.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cpu_tensors.h"

namespace lamina {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Rows per partial sum of the weight's gradient. A fixed number, so the sum has the same bits for
/// any number of threads.
constexpr std::int64_t kRowsPerPartialSum = 64;

/// RMS norm of float32 x on a CPU; y is float32 or bfloat16. Saves 1 / rms of each row.
struct CpuRmsNorm : torch::autograd::Function<CpuRmsNorm> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            double eps, at::ScalarType dtype);
  static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

at::Tensor CpuRmsNorm::forward(AutogradContext* context, const at::Tensor& given,
                               const at::Tensor& weight, double eps, at::ScalarType dtype) {
  const at::Tensor x = given.contiguous();
  const std::int64_t width = x.size(-1), num_rows = x.numel() / width;
  const at::Tensor inverse_rms = at::empty({num_rows}, x.options());
  const at::Tensor y = at::empty(x.sizes(), x.options().dtype(dtype));
  const cpu::RmsNormForward args{x.const_data_ptr<float>(), weight.const_data_ptr<float>(),
                                 inverse_rms.data_ptr<float>(), width, static_cast<float>(eps)};
  cpu::with_activation(y, [&](auto* y_data) {
    cpu::for_rows(num_rows, width, [&](std::int64_t begin, std::int64_t end) {
      cpu::kernels_of(y_data).rms_norm(args, y_data, begin, end);
    });
  });
  context->save_for_backward({x, weight, inverse_rms});
  return y;
}

variable_list CpuRmsNorm::backward(AutogradContext* context, const variable_list& gradients) {
  const auto saved = context->get_saved_variables();
  const at::Tensor &x = saved[0], &weight = saved[1], &inverse_rms = saved[2];
  const at::Tensor dy = gradients[0].contiguous();
  const std::int64_t width = x.size(-1), num_rows = x.numel() / width;
  const std::int64_t num_partial = at::divup(num_rows, kRowsPerPartialSum);
  const at::Tensor dx = at::empty_like(x);
  const at::Tensor partial = at::zeros({num_partial, width}, x.options());
  const auto one_partial = [&](const auto* dy_data, std::int64_t p) {
    const cpu::RmsNormBackward args{x.const_data_ptr<float>(),
                                    weight.const_data_ptr<float>(),
                                    inverse_rms.const_data_ptr<float>(),
                                    dx.data_ptr<float>(),
                                    partial.data_ptr<float>() + p * width,
                                    width};
    cpu::kernels_of(dy_data).rms_norm_backward(args, dy_data, p * kRowsPerPartialSum,
                                               std::min((p + 1) * kRowsPerPartialSum, num_rows));
  };
  cpu::with_activation(dy, [&](const auto* dy_data) {
    at::parallel_for(0, num_partial, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t p = begin; p < end; ++p) one_partial(dy_data, p);
    });
  });
  return {dx, partial.sum(0), {}, {}};
}

/// The dtype of the computation.
at::ScalarType at_least_float(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps,
                    at::ScalarType dtype) {
  if (x.is_cpu() && x.scalar_type() == at::kFloat && cpu::is_activation_type(dtype)) {
    return CpuRmsNorm::apply(x, weight, eps, dtype);
  }
  const at::Tensor wide = x.to(at_least_float(x));
  if (wide.is_cuda()) {
    return std::get<0>(at::_fused_rms_norm(wide, weight.sizes(), weight, eps)).to(dtype);
  }
  return (wide * at::rsqrt(wide.square().mean(-1, true) + eps) * weight).to(dtype);
}

at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                      double eps, at::ScalarType dtype) {
  return at::layer_norm(x.to(at_least_float(x)), weight.sizes(), weight, bias, eps).to(dtype);
}

}  // namespace lamina
