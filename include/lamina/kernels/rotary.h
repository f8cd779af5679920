#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <mutex>

namespace lamina {

/// Cosines and sines of the angles of rotary position embeddings: position * theta^(-2j / r) for
/// j < r/2, where r is the rotary dimension. Angles are computed in float64.
struct RotaryTable {
  at::Tensor cos_TJ;  ///< (positions, r/2), float32, or float64 for float64 models
  at::Tensor sin_TJ;  ///< the same shape and dtype

  std::int64_t rotary_dim() const { return 2 * cos_TJ.size(1); }
  std::int64_t num_positions() const { return cos_TJ.size(0); }

  /// A view of the rows [begin, begin + length).
  RotaryTable positions(std::int64_t begin, std::int64_t length) const;
};

/// The table of positions 0 to num_positions - 1, in the dtype and on the device of `options`.
/// `rotary_dim` (r) is even; 0 means no rotation.
RotaryTable make_rotary_table(std::int64_t num_positions, std::int64_t rotary_dim, double theta,
                              const at::TensorOptions& options);

/// The rotary table of a model, extended on demand, because a model may allow 2^30 positions. A row
/// has the same bits whatever the length of the table. Thread-safe.
class RotaryPositions {
 public:
  /// At most `max_positions` rows; other arguments as for make_rotary_table.
  RotaryPositions(std::int64_t max_positions, std::int64_t rotary_dim, double theta,
                  const at::TensorOptions& options);

  /// The rows [begin, begin + length). Throws c10::Error beyond `max_positions`.
  RotaryTable from(std::int64_t begin, std::int64_t length) const;

  /// Number of rows computed so far.
  std::int64_t num_cached() const;

 private:
  struct Cache {
    std::mutex mutex;
    RotaryTable table;
  };

  RotaryTable extended_to(std::int64_t num_positions) const;

  std::int64_t max_positions_, rotary_dim_;
  double theta_;
  at::TensorOptions options_;
  std::unique_ptr<Cache> cache_;  // on the heap: a mutex cannot be moved
};

/// Rotates dimensions j and j + r/2 (j < r/2) of every head by the angle of its position:
/// (a, b) -> (a cos - b sin, b cos + a sin). Dimensions from r on are unchanged. RoFormer, arXiv
/// 2104.09864, with the dimensions paired as in Llama and GPT-NeoX (halves, not neighbours).
///
/// x (B, T, heads, K), table of T positions -> the same shape and dtype. Throws c10::Error if the
/// shapes do not match. Differentiable in x.
at::Tensor rotate(const at::Tensor& x_BTHK, const RotaryTable& table);

}  // namespace lamina
