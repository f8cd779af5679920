#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <type_traits>

#include "kernels/cpu/kernels.h"

// The seam between tensors and the raw loops of cpu/.
namespace lamina::cpu {

inline bool is_activation_type(at::ScalarType dtype) {
  return dtype == at::kFloat || dtype == at::kBFloat16;
}

/// True where the loops of cpu/ can take this tensor.
inline bool takes(const at::Tensor& x) { return x.is_cpu() && is_activation_type(x.scalar_type()); }

/// Calls f with the tensor's memory as float* or BFloat16*. The tensor is contiguous in each row.
template <class F>
void with_activation(const at::Tensor& x, const F& f) {
  if (x.scalar_type() == at::kFloat) {
    f(static_cast<float*>(x.data_ptr()));
  } else {
    f(static_cast<BFloat16*>(x.data_ptr()));
  }
}

/// The kernels for the type that a pointer points to.
template <class T>
const auto& kernels_of(T*) {
  return kernels<std::remove_const_t<T>>();
}

/// f(begin, end) over shares of the rows, in as many threads as pay.
template <class F>
void for_rows(std::int64_t num_rows, std::int64_t width, const F& f) {
  constexpr std::int64_t kElementsWorthAThread = 1 << 15;
  at::parallel_for(0, num_rows, at::divup(kElementsWorthAThread, width), f);
}

}  // namespace lamina::cpu
