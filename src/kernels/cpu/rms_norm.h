#pragma once
#include "kernels/cpu/scalar.h"

namespace lamina::cpu {
namespace {

template <class T>
LAMINA_INLINE void forward_row(const RmsNormForward& a, T* __restrict y, std::int64_t row) {
  const float* __restrict x = a.x + row * a.width;
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (std::int64_t d = 0; d < a.width; ++d) squares += x[d] * x[d];
  const float inverse = 1.0f / std::sqrt(squares / static_cast<float>(a.width) + a.eps);
  a.inverse_rms[row] = inverse;
#pragma omp simd
  for (std::int64_t d = 0; d < a.width; ++d) store(y[d], x[d] * inverse * a.weight[d]);
}

// With n = x * inverse: dx = inverse * (dy w - n mean(dy w n)); dweight = sum over rows of dy n.
template <class T>
LAMINA_INLINE void backward_row(const RmsNormBackward& a, const T* __restrict dy,
                                std::int64_t row) {
  const float* __restrict x = a.x + row * a.width;
  float* __restrict dx = a.dx + row * a.width;
  float* __restrict dweight = a.dweight;
  const float inverse = a.inverse_rms[row];
  float dot = 0;
#pragma omp simd reduction(+ : dot)
  for (std::int64_t d = 0; d < a.width; ++d) {
    const float dy_n = to_float(dy[d]) * x[d] * inverse;
    dweight[d] += dy_n;
    dot += dy_n * a.weight[d];
  }
  const float mean = dot / static_cast<float>(a.width);
#pragma omp simd
  for (std::int64_t d = 0; d < a.width; ++d) {
    dx[d] = inverse * (to_float(dy[d]) * a.weight[d] - x[d] * inverse * mean);
  }
}

template <class T>
void rms_norm_rows(const RmsNormForward& a, T* y, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) forward_row(a, y + row * a.width, row);
}

template <class T>
void rms_norm_backward_rows(const RmsNormBackward& a, const T* dy, std::int64_t begin,
                            std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) backward_row(a, dy + row * a.width, row);
}

}  // namespace
}  // namespace lamina::cpu
