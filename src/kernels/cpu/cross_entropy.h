#pragma once
#include "kernels/cpu/scalar.h"

namespace lamina::cpu {
namespace {

constexpr std::int64_t kValuesPerPartialSum = 1024;

constexpr std::int64_t kValuesPerSearchBlock = 256;

/// The two numbers that define the softmax of a row: exp(logit - largest) / sum.
struct Softmax {
  float largest;
  double sum;  ///< of exp(logit - largest)
};

template <class T>
LAMINA_INLINE Softmax softmax_of_row(const T* __restrict logits, std::int64_t vocab_size) {
  float largest = to_float(logits[0]);
#pragma omp simd reduction(max : largest)
  for (std::int64_t v = 0; v < vocab_size; ++v) {
    largest = to_float(logits[v]) > largest ? to_float(logits[v]) : largest;
  }
  double total = 0;  // of short float32 sums: one long float32 sum loses precision as V grows
  for (std::int64_t first = 0; first < vocab_size; first += kValuesPerPartialSum) {
    const std::int64_t end = std::min(first + kValuesPerPartialSum, vocab_size);
    float part = 0;
#pragma omp simd reduction(+ : part)
    for (std::int64_t v = first; v < end; ++v) part += fast_exp(to_float(logits[v]) - largest);
    total += part;
  }
  return {largest, total};
}

LAMINA_INLINE float log_sum_exp(const Softmax& softmax) {
  return static_cast<float>(std::log(softmax.sum)) + softmax.largest;
}

// d loss / d logit = softmax - onehot(target), times `scale`.
template <class T>
LAMINA_INLINE void cross_entropy_row(T* __restrict logits, std::int64_t target, float& loss,
                                     std::int64_t vocab_size, float scale) {
  const Softmax softmax = softmax_of_row(logits, vocab_size);
  const float largest = softmax.largest;
  loss = log_sum_exp(softmax) - to_float(logits[target]);
  const float probability_scale = scale / static_cast<float>(softmax.sum);
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

/// The lowest index of the row's largest value; vocab_size if no value equals it (NaN).
template <class T>
LAMINA_INLINE std::int64_t find_first(const T* __restrict logits, std::int64_t vocab_size,
                                      float largest) {
  for (std::int64_t first = 0; first < vocab_size; first += kValuesPerSearchBlock) {
    const std::int64_t end = std::min(first + kValuesPerSearchBlock, vocab_size);
    int found = 0;
#pragma omp simd reduction(| : found)
    for (std::int64_t v = first; v < end; ++v) found |= to_float(logits[v]) == largest;
    if (!found) continue;
    while (to_float(logits[first]) != largest) ++first;
    return first;
  }
  return vocab_size;
}

template <class T>
void summarize_rows(const LogitSummary& a, const T* logits, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* row_logits = logits + row * a.vocab_size;
    const Softmax softmax = softmax_of_row(row_logits, a.vocab_size);
    a.largest[row] = softmax.largest;
    a.first_largest[row] = find_first(row_logits, a.vocab_size, softmax.largest);
    a.log_sum_exp[row] = log_sum_exp(softmax);
  }
}

}  // namespace
}  // namespace lamina::cpu
