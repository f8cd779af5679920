#include "lamina/kernels/cross_entropy.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cpu_tensors.h"

namespace lamina {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Elements of one block of logits: large enough for an efficient product, 16 MiB in bfloat16.
constexpr std::int64_t kLogitsPerBlock = 1 << 23;

/// The losses of a block's rows; its logits become their gradient, times `scale`.
at::Tensor losses_on_cpu(const at::Tensor& logits, const at::Tensor& targets, double scale) {
  const std::int64_t num_rows = logits.size(0), vocab_size = logits.size(1);
  const at::Tensor losses = at::empty({num_rows}, logits.options().dtype(at::kFloat));
  const cpu::CrossEntropy args{targets.const_data_ptr<std::int64_t>(), losses.data_ptr<float>(),
                               vocab_size, static_cast<float>(scale)};
  cpu::with_activation(logits, [&](auto* data) {
    cpu::for_rows(num_rows, vocab_size, [&](std::int64_t begin, std::int64_t end) {
      cpu::kernels_of(data).cross_entropy(args, data, begin, end);
    });
  });
  return losses;
}

at::Tensor losses_reference(at::Tensor logits, const at::Tensor& targets, double scale) {
  const auto dtype = logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  at::Tensor log_probabilities = at::log_softmax(logits, -1, dtype);
  const at::Tensor index = targets.clamp_min(0).unsqueeze(1);
  const at::Tensor is_target = targets.ge(0).unsqueeze(1).to(dtype);
  const at::Tensor losses = log_probabilities.gather(1, index).neg_().mul_(is_target).squeeze(1);
  log_probabilities.exp_().scatter_add_(1, index, is_target.neg()).mul_(is_target * scale);
  logits.copy_(log_probabilities);
  return losses;
}

at::Tensor losses_and_gradient(const at::Tensor& logits, const at::Tensor& targets, double scale) {
  return cpu::takes(logits) ? losses_on_cpu(logits, targets, scale)
                            : losses_reference(logits, targets, scale);
}

struct LinearCrossEntropy : torch::autograd::Function<LinearCrossEntropy> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& parameter, const at::Tensor& matrix,
                            const at::Tensor& targets, double scale);
  static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

at::Tensor LinearCrossEntropy::forward(AutogradContext* context, const at::Tensor& x,
                                       const at::Tensor& parameter, const at::Tensor& matrix,
                                       const at::Tensor& targets, double scale) {
  const std::int64_t num_rows = x.size(0);
  const std::int64_t block = std::max<std::int64_t>(1, kLogitsPerBlock / matrix.size(0));
  const at::Tensor dx = at::empty_like(x);
  at::Tensor dw;
  std::vector<at::Tensor> losses;
  for (std::int64_t first = 0; first < num_rows; first += block) {
    const std::int64_t count = std::min(block, num_rows - first);
    const at::Tensor x_block = x.narrow(0, first, count);
    const at::Tensor logits = at::mm(x_block, matrix.t());
    losses.push_back(losses_and_gradient(logits, targets.narrow(0, first, count), scale));
    at::Tensor dx_block = dx.narrow(0, first, count);
    at::mm_out(dx_block, logits, matrix);
    const at::Tensor dw_block = at::mm(logits.t(), x_block).to(parameter.scalar_type());
    dw = dw.defined() ? dw.add_(dw_block) : dw_block;
  }
  context->save_for_backward({dx, dw});
  return at::cat(losses).sum() * scale;
}

variable_list LinearCrossEntropy::backward(AutogradContext* context,
                                           const variable_list& gradients) {
  const auto saved = context->get_saved_variables();
  const at::Tensor& upstream = gradients[0];
  if (upstream.is_cpu() && upstream.item<double>() == 1) return {saved[0], saved[1], {}, {}, {}};
  return {saved[0] * upstream.to(saved[0].scalar_type()), saved[1] * upstream, {}, {}, {}};
}

}  // namespace

at::Tensor linear_cross_entropy(const at::Tensor& x, const LinearWeights& head,
                                const at::Tensor& targets, double scale) {
  TORCH_CHECK(x.dim() == 2 && targets.dim() == 1 && targets.size(0) == x.size(0),
              "[linear_cross_entropy] x must be (N, D) and targets (N) but got ", x.sizes(),
              " and ", targets.sizes());
  return LinearCrossEntropy::apply(x, head.parameters.at(0), head.matrix, targets.contiguous(),
                                   scale);
}

}  // namespace lamina
