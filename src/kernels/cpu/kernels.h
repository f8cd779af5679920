#pragma once
#include <cstdint>

// Loops over raw memory for one thread's share of the work: rows [begin, end) of row-major arrays.
// Activations are float or BFloat16 (T), arithmetic is float32.
namespace lamina::cpu {

/// The upper half of a float32, as LibTorch stores it.
struct BFloat16 {
  std::uint16_t bits;
};

/// y = x / sqrt(mean(x^2) + eps) * weight over rows of `width`; keeps each row's 1 / sqrt(...).
struct RmsNormForward {
  const float* x;
  const float* weight;
  float* inverse_rms;
  std::int64_t width;
  float eps;
};

/// dx of the above; adds the rows' share of the weight's gradient to `dweight` (width values).
struct RmsNormBackward {
  const float* x;
  const float* weight;
  const float* inverse_rms;
  float* dx;
  float* dweight;
  std::int64_t width;
};

/// Rotates the pairs (j, j + r/2), j < r/2, of every head by the row's angles; dimensions from r on
/// are copied. `direction` -1 turns back, which is the gradient. cos and sin: (positions, r/2).
struct Rotary {
  const float* cos;
  const float* sin;
  std::int64_t num_positions;  ///< row n stands at position n % num_positions
  std::int64_t num_heads;
  std::int64_t head_dim;
  std::int64_t rotary_dim;
  std::int64_t x_stride;  ///< elements from one row of x to the next; y is dense
  float direction;
};

/// Per row: losses[row] = log(sum(exp(logits))) - logits[target]; then the logits are overwritten
/// with (softmax - onehot(target)) * scale, their gradient. A negative target is no target: loss 0,
/// gradient 0.
struct CrossEntropy {
  const std::int64_t* targets;
  float* losses;
  std::int64_t vocab_size;
  float scale;
};

/// Per row: the largest logit, where it stands first, and log(sum(exp(logits))).
struct LogitSummary {
  float* largest;
  std::int64_t* first_largest;
  float* log_sum_exp;
  std::int64_t vocab_size;
};

/// The kernels for activations of type T, in the best instruction set that this machine has.
template <class T>
struct Kernels {
  using Index = std::int64_t;
  void (*rms_norm)(const RmsNormForward& a, T* y, Index begin, Index end);
  void (*rms_norm_backward)(const RmsNormBackward& a, const T* dy, Index begin, Index end);
  void (*rotate)(const Rotary& a, const T* x, T* y, Index begin, Index end);
  /// y = silu(gate) * up, where a row of `gate_up` is `width` gates, then `width` ups.
  void (*swiglu)(const T* gate_up, T* y, Index width, Index begin, Index end);
  void (*swiglu_backward)(const T* gate_up, const T* dy, T* dgate_up, Index width, Index begin,
                          Index end);
  void (*cross_entropy)(const CrossEntropy& a, T* logits, Index begin, Index end);
  void (*summarize)(const LogitSummary& a, const T* logits, Index begin, Index end);
};

template <class T>
const Kernels<T>& kernels();

}  // namespace lamina::cpu
