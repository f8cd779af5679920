#pragma once
#include "kernels/cpu/scalar.h"

namespace lamina::cpu {
namespace {

template <class T>
LAMINA_INLINE void rotate_head(const Rotary& a, const T* __restrict x, T* __restrict y,
                               const float* __restrict cos, const float* __restrict sin) {
  const std::int64_t half = a.rotary_dim / 2;
#pragma omp simd
  for (std::int64_t j = 0; j < half; ++j) {
    const float first = to_float(x[j]), second = to_float(x[j + half]);
    const float signed_sin = a.direction * sin[j];
    store(y[j], first * cos[j] - second * signed_sin);
    store(y[j + half], second * cos[j] + first * signed_sin);
  }
  for (std::int64_t j = a.rotary_dim; j < a.head_dim; ++j) y[j] = x[j];
}

template <class T>
void rotate_rows(const Rotary& a, const T* x, T* y, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    const std::int64_t angles = row % a.num_positions * (a.rotary_dim / 2);
    for (std::int64_t head = 0; head < a.num_heads; ++head) {
      rotate_head(a, x + row * a.x_stride + head * a.head_dim,
                  y + (row * a.num_heads + head) * a.head_dim, a.cos + angles, a.sin + angles);
    }
  }
}

}  // namespace
}  // namespace lamina::cpu
