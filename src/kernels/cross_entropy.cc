#include "lamina/kernels/cross_entropy.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "kernels/cpu_tensors.h"
#include "kernels/weight_gradient.h"
#ifdef LAMINA_CUDA
#include <ATen/cuda/CUDAContext.h>
#endif

namespace lamina {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Number of logits per block on a CPU: enough for an efficient matrix product; 16 MiB in bfloat16.
constexpr std::int64_t kLogitsPerCpuBlock = 1 << 23;

/// Each block adds a (V, D) gradient to the sum; with fast matrix products, smaller blocks spend
/// more time on that addition than on the products. On a CPU with AMX, a step of 2,048 tokens at V
/// = 50,432 takes 0.55 times as long as with 166 rows, and as long as with 2,048.
constexpr std::int64_t kMinBFloat16RowsPerCpuBlock = 1024;

/// Maximum on a GPU, where the float32 logits of a block take at most 1 / kShareOfGpuMemory of the
/// memory.
constexpr std::int64_t kMaxRowsPerGpuBlock = 2048, kShareOfGpuMemory = 32;

/// Number of tokens whose logits are computed at once.
std::int64_t rows_per_block(const at::Tensor& x, std::int64_t vocab_size) {
  std::int64_t rows = kLogitsPerCpuBlock / vocab_size;
  if (x.scalar_type() == at::kBFloat16) rows = std::max(rows, kMinBFloat16RowsPerCpuBlock);
#ifdef LAMINA_CUDA
  if (x.is_cuda()) {
    const auto bytes_per_row = vocab_size * std::int64_t{sizeof(float)};
    const auto memory = at::cuda::getDeviceProperties(x.device().index())->totalGlobalMem;
    rows = std::min(kMaxRowsPerGpuBlock,
                    static_cast<std::int64_t>(memory) / kShareOfGpuMemory / bytes_per_row);
  }
#endif
  return std::max<std::int64_t>(1, rows);
}

/// Returns the losses of a block's rows and overwrites its logits with their gradient times
/// `scale`.
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

/// The same in ATen operations, for float64 and GPUs.
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
  return cpu::is_supported(logits) ? losses_on_cpu(logits, targets, scale)
                                   : losses_reference(logits, targets, scale);
}

/// out = a b, converted to the dtype of `out`.
void multiply_into(at::Tensor out, const at::Tensor& a, const at::Tensor& b) {
  if (out.scalar_type() == a.scalar_type()) {
    at::mm_out(out, a, b);
  } else {
    out.copy_(at::mm(a, b));
  }
}

/// Saves the gradients for an upstream gradient of 1; backward multiplies them by the upstream one.
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
  const std::int64_t block = rows_per_block(x, matrix.size(0));
  const at::ScalarType products = matrix.scalar_type();
  const at::Tensor dx = at::empty_like(x);
  at::Tensor dw;
  std::vector<at::Tensor> losses;
  for (std::int64_t first = 0; first < num_rows; first += block) {
    const std::int64_t count = std::min(block, num_rows - first);
    const at::Tensor x_block = x.narrow(0, first, count).to(products);
    const at::Tensor logits = at::mm(x_block, matrix.t()).to(x.scalar_type());
    losses.push_back(losses_and_gradient(logits, targets.narrow(0, first, count), scale));
    const at::Tensor dlogits = logits.to(products);
    multiply_into(dx.narrow(0, first, count), dlogits, matrix);
    const at::Tensor dw_block = weight_gradient(dlogits, x_block, parameter.scalar_type());
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
