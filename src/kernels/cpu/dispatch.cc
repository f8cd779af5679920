#include "kernels/cpu/table.h"

namespace lamina::cpu {
namespace {

enum class InstructionSet { kBaseline, kAvx2, kAvx512 };

InstructionSet best_instruction_set() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return InstructionSet::kAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return InstructionSet::kAvx2;
#endif
  return InstructionSet::kBaseline;
}

template <class Table>
const Table& choose(const Table& (*baseline)(), const Table& (*avx2)(), const Table& (*avx512)()) {
  switch (best_instruction_set()) {
    case InstructionSet::kAvx512:
      return avx512();
    case InstructionSet::kAvx2:
      return avx2();
    case InstructionSet::kBaseline:
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
