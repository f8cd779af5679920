#include "lamina/kernels/target_scores.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "kernels/cpu_tensors.h"

namespace lamina {
namespace {

/// The logits that one matrix product computes: enough for an efficient product and, on a CPU, few
/// enough to be summed while they are in the core's cache.
struct Tile {
  std::int64_t positions, tokens;
};
constexpr Tile kCpuTile{1024, 2048}, kGpuTile{2048, 16384};

/// Summary of the logits of each of P positions over the tokens seen so far.
struct Summary {
  at::Tensor largest_P;
  at::Tensor first_largest_P;  ///< int64: the lowest token id with that logit
  at::Tensor log_sum_exp_P;
};

Summary summarize_on_cpu(const at::Tensor& logits) {
  const std::int64_t num_rows = logits.size(0), vocab_size = logits.size(1);
  const auto options = logits.options().dtype(at::kFloat);
  Summary summary{at::empty({num_rows}, options), at::empty({num_rows}, options.dtype(at::kLong)),
                  at::empty({num_rows}, options)};
  const cpu::LogitSummary args{summary.largest_P.data_ptr<float>(),
                               summary.first_largest_P.data_ptr<std::int64_t>(),
                               summary.log_sum_exp_P.data_ptr<float>(), vocab_size};
  cpu::with_activation(logits, [&](auto* data) {
    cpu::for_rows(num_rows, vocab_size, [&](std::int64_t begin, std::int64_t end) {
      cpu::kernels_of(data).summarize(args, data, begin, end);
    });
  });
  return summary;
}

Summary summarize(const at::Tensor& logits) {
  if (cpu::is_supported(logits)) return summarize_on_cpu(logits);
  const auto dtype = logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const at::Tensor wide = logits.to(dtype);
  const auto [largest, first_largest] = wide.max(-1);
  return {largest, first_largest, wide.logsumexp(-1)};
}

/// Scores the pairs of a block of positions (rows of x), tile by tile over the vocabulary.
class Block {
 public:
  /// x in the compute dtype; `products`: the dtype of the head's matrix; `rows` (N): indices into
  /// x.
  Block(const at::Tensor& x, at::ScalarType products, const at::Tensor& rows,
        const at::Tensor& targets)
      : x_(x.to(products)), compute_(x.scalar_type()), rows_(rows), targets_(targets) {}

  /// Adds the tile of tokens [first, first + head.size(0)), whose rows of the matrix are `head`.
  void add(const at::Tensor& head, std::int64_t first) {
    const at::Tensor logits = at::mm(x_, head.t()).to(compute_);
    Summary tile = summarize(logits);
    tile.first_largest_P += first;
    const at::Tensor token = targets_ - first;
    const at::Tensor picked =
        logits.flatten()
            .index_select(0, rows_ * logits.size(1) + token.clamp(0, logits.size(1) - 1))
            .to(tile.largest_P.scalar_type());
    if (!at_target_N_.defined()) {
      summary_ = std::move(tile);
      at_target_N_ = picked;
      return;
    }
    summary_ = {at::maximum(summary_.largest_P, tile.largest_P),
                at::where(tile.largest_P.gt(summary_.largest_P), tile.first_largest_P,
                          summary_.first_largest_P),
                at::logaddexp(summary_.log_sum_exp_P, tile.log_sum_exp_P)};
    at_target_N_ =
        at::where(token.ge(0), picked, at_target_N_);  // from the tile that contains the target
  }

  TargetScores scores() const {
    return {at_target_N_ - summary_.log_sum_exp_P.index_select(0, rows_),
            targets_.eq(summary_.first_largest_P.index_select(0, rows_))};
  }

 private:
  at::Tensor x_;
  at::ScalarType compute_;
  at::Tensor rows_, targets_, at_target_N_;
  Summary summary_;  ///< of the tiles so far
};

TargetScores score_block(const at::Tensor& x, const at::Tensor& head, std::int64_t tile_tokens,
                         const at::Tensor& rows, const at::Tensor& targets) {
  Block block(x, head.scalar_type(), rows, targets);
  const std::int64_t vocab_size = head.size(0);
  for (std::int64_t first = 0; first < vocab_size; first += tile_tokens) {
    block.add(head.narrow(0, first, std::min(tile_tokens, vocab_size - first)), first);
  }
  return block.scores();
}

}  // namespace

TargetScores target_scores(const at::Tensor& x, const LinearWeights& head,
                           const at::Tensor& positions, const at::Tensor& targets) {
  TORCH_CHECK(x.dim() == 2 && positions.dim() == 1 && positions.sizes() == targets.sizes(),
              "[target_scores] x must be (P, D), positions and targets (N) but got ", x.sizes(),
              ", ", positions.sizes(), " and ", targets.sizes());
  TORCH_CHECK(
      positions.is_cpu() && positions.scalar_type() == at::kLong && positions.is_contiguous(),
      "[target_scores] positions must be contiguous int64 on the CPU but got ",
      positions.toString());
  const at::NoGradGuard no_gradients;
  const at::Tensor device_positions = positions.to(x.device()),
                   device_targets = targets.to(x.device());
  const std::int64_t num_positions = x.size(0);
  const Tile& tile = x.is_cpu() ? kCpuTile : kGpuTile;
  const auto* position = positions.const_data_ptr<std::int64_t>();
  const auto* const end = position + positions.numel();
  std::vector<at::Tensor> log_probabilities, is_greedy;
  for (std::int64_t first = 0, pair = 0; first < num_positions; first += tile.positions) {
    const std::int64_t num_rows = std::min(tile.positions, num_positions - first);
    const std::int64_t next = std::lower_bound(position + pair, end, first + num_rows) - position;
    const TargetScores scores = score_block(x.narrow(0, first, num_rows), head.matrix, tile.tokens,
                                            device_positions.narrow(0, pair, next - pair) - first,
                                            device_targets.narrow(0, pair, next - pair));
    log_probabilities.push_back(scores.log_probabilities_N);
    is_greedy.push_back(scores.is_greedy_N);
    pair = next;
  }
  return {at::cat(log_probabilities), at::cat(is_greedy)};
}

}  // namespace lamina
