#pragma once
#include "kernels/cpu/scalar.h"

namespace lamina::cpu {
namespace {

constexpr std::int64_t kValuesPerSum = 1024;

template <class T>
LAMINA_INLINE void cross_entropy_row(T* __restrict logits, std::int64_t target, float& loss,
                                     std::int64_t vocab_size, float scale) {
  float largest = to_float(logits[0]);
#pragma omp simd reduction(max : largest)
  for (std::int64_t v = 0; v < vocab_size; ++v) {
    largest = to_float(logits[v]) > largest ? to_float(logits[v]) : largest;
  }
  double wide_sum = 0;  // of short float sums: a long one would lose digits with the vocabulary
  for (std::int64_t first = 0; first < vocab_size; first += kValuesPerSum) {
    const std::int64_t end = std::min(first + kValuesPerSum, vocab_size);
    float part = 0;
#pragma omp simd reduction(+ : part)
    for (std::int64_t v = first; v < end; ++v) part += fast_exp(to_float(logits[v]) - largest);
    wide_sum += part;
  }
  const auto sum = static_cast<float>(wide_sum);
  loss = static_cast<float>(std::log(wide_sum)) + largest - to_float(logits[target]);
  const float probability_scale = scale / sum;
  const float at_target = fast_exp(to_float(logits[target]) - largest) * probability_scale - scale;
#pragma omp simd
  for (std::int64_t v = 0; v < vocab_size; ++v) {
    store(logits[v], fast_exp(to_float(logits[v]) - largest) * probability_scale);
  }
  store(logits[target], at_target);
}

template <class T>
void cross_entropy_rows(const CrossEntropy& a, T* logits, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    T* row_logits = logits + row * a.vocab_size;
    if (a.targets[row] >= 0) {
      cross_entropy_row(row_logits, a.targets[row], a.losses[row], a.vocab_size, a.scale);
    } else {
      a.losses[row] = 0;
      for (std::int64_t v = 0; v < a.vocab_size; ++v) store(row_logits[v], 0);
    }
  }
}

}  // namespace
}  // namespace lamina::cpu
