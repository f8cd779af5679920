#include "lamina/kernels/rotary.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cpu_tensors.h"

namespace lamina {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Rows of x may be strided (a slice of a packed projection); heads and dimensions must be
/// contiguous.
bool is_dense_in_each_row(const at::Tensor& x) {
  return x.stride(3) == 1 && x.stride(2) == x.size(3) && x.stride(0) == x.size(1) * x.stride(1);
}

at::Tensor rotate_on_cpu(const at::Tensor& given, const RotaryTable& table, float direction) {
  const at::Tensor x = is_dense_in_each_row(given) ? given : given.contiguous();
  const at::Tensor y = at::empty(x.sizes(), x.options());
  const cpu::Rotary args{table.cos_TJ.const_data_ptr<float>(),
                         table.sin_TJ.const_data_ptr<float>(),
                         x.size(1),
                         x.size(2),
                         x.size(3),
                         table.rotary_dim(),
                         x.stride(1),
                         direction};
  cpu::with_activation(x, [&]<class T>(const T* x_data) {
    T* y_data = static_cast<T*>(y.data_ptr());
    cpu::for_rows(x.size(0) * x.size(1), x.size(2) * x.size(3),
                  [&](std::int64_t begin, std::int64_t end) {
                    cpu::kernels_of(x_data).rotate(args, x_data, y_data, begin, end);
                  });
  });
  return y;
}

/// The gradient of a rotation is the rotation by the negative angle, so only the table is saved.
struct CpuRotate : torch::autograd::Function<CpuRotate> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& cos,
                            const at::Tensor& sin) {
    context->save_for_backward({cos, sin});
    return rotate_on_cpu(x, {cos, sin}, 1);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    return {rotate_on_cpu(gradients[0], {saved[0], saved[1]}, -1), {}, {}};
  }
};

/// The same in ATen operations, for float64 and GPUs.
at::Tensor rotate_reference(const at::Tensor& x, const RotaryTable& table) {
  const std::int64_t half = table.rotary_dim() / 2;
  const at::Tensor cos = table.cos_TJ.unsqueeze(1), sin = table.sin_TJ.unsqueeze(1);
  const at::Tensor first = x.slice(-1, 0, half), second = x.slice(-1, half, 2 * half);
  const at::Tensor rotated = at::cat({first * cos - second * sin, second * cos + first * sin}, -1);
  return at::cat({rotated.to(x.scalar_type()), x.slice(-1, 2 * half)}, -1);
}

}  // namespace

RotaryTable RotaryTable::positions(std::int64_t begin, std::int64_t length) const {
  return {cos_TJ.narrow(0, begin, length), sin_TJ.narrow(0, begin, length)};
}

RotaryTable make_rotary_table(std::int64_t num_positions, std::int64_t rotary_dim, double theta,
                              const at::TensorOptions& options) {
  const auto wide = at::TensorOptions().dtype(at::kDouble);
  const at::Tensor exponents =
      at::arange(rotary_dim / 2, wide) * (-2.0 / static_cast<double>(rotary_dim));
  const at::Tensor frequencies = at::pow(at::Scalar(theta), exponents);
  const at::Tensor angles = at::outer(at::arange(num_positions, wide), frequencies);
  return {angles.cos().to(options), angles.sin().to(options)};
}

RotaryPositions::RotaryPositions(std::int64_t max_positions, std::int64_t rotary_dim, double theta,
                                 const at::TensorOptions& options)
    : max_positions_(max_positions),
      rotary_dim_(rotary_dim),
      theta_(theta),
      options_(options),
      cache_(std::make_unique<Cache>()) {
  cache_->table = make_rotary_table(0, rotary_dim, theta, options);
}

/// Doubles a table that is too short, so that token-by-token decoding extends it rarely.
RotaryTable RotaryPositions::extended_to(std::int64_t num_positions) const {
  const std::lock_guard lock(cache_->mutex);
  RotaryTable& table = cache_->table;
  if (table.num_positions() < num_positions) {
    const std::int64_t longer = std::max(num_positions, 2 * table.num_positions());
    table = make_rotary_table(std::min(longer, max_positions_), rotary_dim_, theta_, options_);
  }
  return table;
}

RotaryTable RotaryPositions::from(std::int64_t begin, std::int64_t length) const {
  TORCH_CHECK(begin + length <= max_positions_, "[rotary] expected at most ", max_positions_,
              " positions but got ", begin + length);
  return extended_to(begin + length).positions(begin, length);
}

std::int64_t RotaryPositions::num_cached() const { return extended_to(0).num_positions(); }

at::Tensor rotate(const at::Tensor& x, const RotaryTable& table) {
  TORCH_CHECK(x.dim() == 4 && x.size(1) == table.cos_TJ.size(0),
              "[rotate] x must be (B, T, heads, K) with T = ", table.cos_TJ.size(0), " but got ",
              x.sizes());
  if (table.rotary_dim() == 0) return x;
  if (cpu::is_supported(x)) return CpuRotate::apply(x, table.cos_TJ, table.sin_TJ);
  return rotate_reference(x, table);
}

}  // namespace lamina
