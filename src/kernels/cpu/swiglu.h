#pragma once
#include "kernels/cpu/scalar.h"

namespace lamina::cpu {
namespace {

LAMINA_INLINE float sigmoid(float x) { return 1.0f / (1.0f + fast_exp(-x)); }

template <class T>
void swiglu_rows(const T* __restrict gate_up, T* __restrict y, std::int64_t width,
                 std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* gate = gate_up + row * 2 * width;
    const T* up = gate + width;
#pragma omp simd
    for (std::int64_t f = 0; f < width; ++f) {
      const float g = to_float(gate[f]);
      store(y[row * width + f], g * sigmoid(g) * to_float(up[f]));
    }
  }
}

// d silu(g) = s (1 + g (1 - s)) with s = sigmoid(g).
template <class T>
void swiglu_backward_rows(const T* gate_up, const T* dy, T* dgate_up, std::int64_t width,
                          std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* gate = gate_up + row * 2 * width;
    T* dgate = dgate_up + row * 2 * width;
#pragma omp simd
    for (std::int64_t f = 0; f < width; ++f) {
      const float g = to_float(gate[f]), u = to_float(gate[f + width]);
      const float d = to_float(dy[row * width + f]);
      const float s = sigmoid(g);
      store(dgate[f], d * u * s * (1.0f + g * (1.0f - s)));
      store(dgate[f + width], d * g * s);
    }
  }
}

}  // namespace
}  // namespace lamina::cpu
