#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <type_traits>

#include "kernels/cpu/kernels.h"

// The interface between tensors and the loops over raw memory in cpu/.
namespace lamina::cpu {

inline bool is_activation_type(at::ScalarType dtype) {
  return dtype == at::kFloat || dtype == at::kBFloat16;
}

/// Whether the loops of cpu/ support the device and dtype of this tensor.
inline bool is_supported(const at::Tensor& x) {
  return x.is_cpu() && is_activation_type(x.scalar_type());
}

/// Calls f with the tensor's memory as float* or BFloat16*. The dtype must satisfy
/// is_activation_type and each row must be contiguous.
template <class F>
void with_activation(const at::Tensor& x, const F& f) {
  if (x.scalar_type() == at::kFloat) {
    f(static_cast<float*>(x.data_ptr()));
  } else {
    f(static_cast<BFloat16*>(x.data_ptr()));
  }
}

/// The kernels for the element type of a pointer.
template <class T>
const auto& kernels_of(T*) {
  return kernels<std::remove_const_t<T>>();
}

/// Calls f(begin, end) in parallel for disjoint ranges that cover rows [0, num_rows) of `width`
/// elements.
template <class F>
void for_rows(std::int64_t num_rows, std::int64_t width, const F& f) {
  constexpr std::int64_t kMinElementsPerThread = 1 << 15;
  at::parallel_for(0, num_rows, at::divup(kMinElementsPerThread, width), f);
}

}  // namespace lamina::cpu
