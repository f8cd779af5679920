#include "lamina/kernels/target_scores.h"

#include <ATen/ATen.h>

#include "kernels/cpu_tensors.h"

namespace lamina {
namespace {

/// Elements of one block of logits: large enough for an efficient product, 16 MiB in float32, which
/// a shared cache holds until they are summed.
constexpr std::int64_t kLogitsPerBlock = 1 << 22;

struct Summary {
  at::Tensor largest_P;
  at::Tensor log_sum_exp_P;
};

Summary summarize_on_cpu(const at::Tensor& logits) {
  const std::int64_t num_rows = logits.size(0), vocab_size = logits.size(1);
  const auto options = logits.options().dtype(at::kFloat);
  Summary summary{at::empty({num_rows}, options), at::empty({num_rows}, options)};
  const cpu::LogitSummary args{summary.largest_P.data_ptr<float>(),
                               summary.log_sum_exp_P.data_ptr<float>(), vocab_size};
  cpu::with_activation(logits, [&](auto* data) {
    cpu::for_rows(num_rows, vocab_size, [&](std::int64_t begin, std::int64_t end) {
      cpu::kernels_of(data).summarize(args, data, begin, end);
    });
  });
  return summary;
}

Summary summarize(const at::Tensor& logits) {
  if (cpu::takes(logits)) return summarize_on_cpu(logits);
  const auto dtype = logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const at::Tensor wide = logits.to(dtype);
  return {wide.amax(-1), wide.logsumexp(-1)};
}

/// Pairs whose positions lie in one block of logits, rows counted from its first.
TargetScores score_block(const at::Tensor& logits, const at::Tensor& rows,
                         const at::Tensor& targets) {
  const Summary summary = summarize(logits);
  const at::Tensor at_target = logits.flatten()
                                   .index_select(0, rows * logits.size(1) + targets)
                                   .to(summary.largest_P.scalar_type());
  return {at_target - summary.log_sum_exp_P.index_select(0, rows),
          at_target.ge(summary.largest_P.index_select(0, rows))};
}

}  // namespace

TargetScores target_scores(const at::Tensor& x, const LinearWeights& head,
                           const at::Tensor& positions, const at::Tensor& targets) {
  TORCH_CHECK(x.dim() == 2 && positions.dim() == 1 && positions.sizes() == targets.sizes(),
              "[target_scores] x must be (P, D), positions and targets (N) but got ", x.sizes(),
              ", ", positions.sizes(), " and ", targets.sizes());
  const at::NoGradGuard no_gradients;
  const at::Tensor positions_there = positions.to(x.device()),
                   targets_there = targets.to(x.device());
  const std::int64_t num_positions = x.size(0);
  const std::int64_t block = std::max<std::int64_t>(1, kLogitsPerBlock / head.matrix.size(0));
  const auto* position = positions.const_data_ptr<std::int64_t>();
  const auto* const end = position + positions.numel();
  std::vector<at::Tensor> log_probabilities, is_greedy;
  for (std::int64_t first = 0, pair = 0; first < num_positions; first += block) {
    const std::int64_t num_rows = std::min(block, num_positions - first);
    const std::int64_t next = std::lower_bound(position + pair, end, first + num_rows) - position;
    const at::Tensor logits = at::mm(x.narrow(0, first, num_rows), head.matrix.t());
    const TargetScores scores =
        score_block(logits, positions_there.narrow(0, pair, next - pair) - first,
                    targets_there.narrow(0, pair, next - pair));
    log_probabilities.push_back(scores.log_probabilities_N);
    is_greedy.push_back(scores.is_greedy_N);
    pair = next;
  }
  return {at::cat(log_probabilities), at::cat(is_greedy)};
}

}  // namespace lamina
