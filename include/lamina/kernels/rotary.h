#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <mutex>

namespace lamina {

/// The angles of rotary position embeddings for positions 0, 1, ...: position * theta^(-2j / r) for
/// j < r/2, computed in float64, kept as their cosines and sines.
struct RotaryTable {
  at::Tensor cos_TJ;  ///< (positions, r/2), float32, or float64 for float64 models
  at::Tensor sin_TJ;

  std::int64_t rotary_dim() const { return 2 * cos_TJ.size(1); }
  std::int64_t num_positions() const { return cos_TJ.size(0); }

  /// The rows of positions [begin, begin + length).
  RotaryTable positions(std::int64_t begin, std::int64_t length) const;
};

RotaryTable make_rotary_table(std::int64_t num_positions, std::int64_t rotary_dim, double theta,
                              const at::TensorOptions& options);

/// The rotary table of a model, as long as the positions that were asked for so far: a model may
/// allow 2^30 positions. Its rows have the same bits whatever its length. Any number of threads may
/// share one.
class RotaryPositions {
 public:
  /// Arguments as of make_rotary_table.
  RotaryPositions(std::int64_t max_positions, std::int64_t rotary_dim, double theta,
                  const at::TensorOptions& options);

  /// The rows of positions [begin, begin + length), all below `max_positions`.
  RotaryTable from(std::int64_t begin, std::int64_t length) const;

  /// Rows that the table has now.
  std::int64_t num_made() const;

 private:
  struct Grown {
    std::mutex mutex;
    RotaryTable table;
  };

  RotaryTable at_least(std::int64_t num_positions) const;

  std::int64_t max_positions_, rotary_dim_;
  double theta_;
  at::TensorOptions options_;
  std::unique_ptr<Grown> grown_;
};

/// Turns dimensions j and j + r/2 (j < r/2) of every head by the angle of its position t:
/// (a, b) -> (a cos - b sin, b cos + a sin); dimensions from r on stay. Source: RoFormer, arXiv
/// 2104.09864, in the half-split order of Llama and GPT-NeoX.
/// x (B, T, heads, K), table of T positions -> the same shape. Differentiable.
at::Tensor rotate(const at::Tensor& x_BTHK, const RotaryTable& table);

}  // namespace lamina
