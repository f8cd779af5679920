#pragma once
#include <ATen/core/Tensor.h>

namespace lamina {

/// The angles of rotary position embeddings for positions 0, 1, ...: position * theta^(-2j / r) for
/// j < r/2, computed in float64, kept as their cosines and sines.
struct RotaryTable {
  at::Tensor cos_TJ;  ///< (positions, r/2), float32, or float64 for float64 models
  at::Tensor sin_TJ;

  std::int64_t rotary_dim() const { return 2 * cos_TJ.size(1); }

  /// The rows of positions [begin, begin + length).
  RotaryTable positions(std::int64_t begin, std::int64_t length) const;
};

RotaryTable make_rotary_table(std::int64_t num_positions, std::int64_t rotary_dim, double theta,
                              const at::TensorOptions& options);

/// Turns dimensions j and j + r/2 (j < r/2) of every head by the angle of its position t:
/// (a, b) -> (a cos - b sin, b cos + a sin); dimensions from r on stay. Source: RoFormer, arXiv
/// 2104.09864, in the half-split order of Llama and GPT-NeoX.
/// x (B, T, heads, K), table of T positions -> the same shape. Differentiable.
at::Tensor rotate(const at::Tensor& x_BTHK, const RotaryTable& table);

}  // namespace lamina
