#include "kernels/cpu/table.h"
#include "lamina/core/processor.h"

namespace lamina::cpu {
namespace {

/// The table for the instruction set of cpu_set(). Chosen once, at the first use of a kernel.
template <class Table>
const Table& choose(const Table& (*baseline)(), const Table& (*avx2)(), const Table& (*avx512)()) {
  switch (cpu_set()) {
    case CpuSet::kAvx512:
      return avx512();
    case CpuSet::kAvx2:
      return avx2();
    case CpuSet::kBaseline:
      break;
  }
  return baseline();
}

}  // namespace

template <>
const Kernels<float>& kernels<float>() {
  static const Kernels<float>& chosen =
      choose(baseline::float_kernels, avx2::float_kernels, avx512::float_kernels);
  return chosen;
}

template <>
const Kernels<BFloat16>& kernels<BFloat16>() {
  static const Kernels<BFloat16>& chosen =
      choose(baseline::bfloat16_kernels, avx2::bfloat16_kernels, avx512::bfloat16_kernels);
  return chosen;
}

}  // namespace lamina::cpu
