#pragma once
#include <cstdint>

// Loops over raw memory, free of LibTorch, for one thread's share of the work: rows [begin, end) of
// row-major arrays. Activations are float or BFloat16 (T); arithmetic is float32. Callers allocate
// all arrays; input and output arrays must not overlap, except where a kernel says so.
namespace lamina::cpu {

/// The upper half of a float32, as LibTorch stores it.
struct BFloat16 {
  std::uint16_t bits;
};

/// y = x / sqrt(mean(x^2) + eps) * weight over rows of `width` values. Writes 1 / sqrt(...) of each
/// row to `inverse_rms` for the backward pass.
struct RmsNormForward {
  const float* x;       ///< (rows, width)
  const float* weight;  ///< (width)
  float* inverse_rms;   ///< (rows)
  std::int64_t width;
  float eps;
};

/// The gradients: writes dx and adds the contribution of the rows to `dweight` (width values).
struct RmsNormBackward {
  const float* x;            ///< (rows, width)
  const float* weight;       ///< (width)
  const float* inverse_rms;  ///< (rows), of the forward pass
  float* dx;                 ///< (rows, width)
  float* dweight;            ///< (width), added to; not shared by concurrent calls
  std::int64_t width;
};

/// Rotates the pairs (j, j + r/2), j < r/2, of every head by the row's angles; dimensions from r on
/// are copied. `direction` 1 rotates forward, -1 backward, which is the gradient. cos and sin:
/// (positions, r/2).
struct Rotary {
  const float* cos;
  const float* sin;
  std::int64_t num_positions;  ///< row n is at position n % num_positions
  std::int64_t num_heads;
  std::int64_t head_dim;
  std::int64_t rotary_dim;
  std::int64_t x_stride;  ///< elements from one row of x to the next; y is contiguous
  float direction;
};

/// Per row: losses[row] = log(sum(exp(logits))) - logits[target]. Overwrites the logits with their
/// gradient, (softmax - onehot(target)) * scale. A negative target means no target: loss and
/// gradient are 0.
struct CrossEntropy {
  const std::int64_t* targets;  ///< (rows), below vocab_size
  float* losses;                ///< (rows)
  std::int64_t vocab_size;
  float scale;
};

/// Per row: the largest logit, its lowest index (vocab_size if it is NaN), and
/// log(sum(exp(logits))).
struct LogitSummary {
  float* largest;               ///< (rows)
  std::int64_t* first_largest;  ///< (rows)
  float* log_sum_exp;           ///< (rows)
  std::int64_t vocab_size;
};

/// The kernels for activations of type T, compiled for one instruction set.
template <class T>
struct Kernels {
  using Index = std::int64_t;
  void (*rms_norm)(const RmsNormForward& a, T* y, Index begin, Index end);
  void (*rms_norm_backward)(const RmsNormBackward& a, const T* dy, Index begin, Index end);
  void (*rotate)(const Rotary& a, const T* x, T* y, Index begin, Index end);
  /// y = silu(gate) * up; a row of `gate_up` is `width` gate values, then `width` up values.
  void (*swiglu)(const T* gate_up, T* y, Index width, Index begin, Index end);
  void (*swiglu_backward)(const T* gate_up, const T* dy, T* dgate_up, Index width, Index begin,
                          Index end);
  void (*cross_entropy)(const CrossEntropy& a, T* logits, Index begin, Index end);
  void (*summarize)(const LogitSummary& a, const T* logits, Index begin, Index end);
};

/// Those of the best instruction set of this machine (core/processor.h).
template <class T>
const Kernels<T>& kernels();

}  // namespace lamina::cpu
