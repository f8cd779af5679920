#pragma once
#include <array>
#include <string>

#include "lamina/core/setting.h"

namespace lamina {

/// Instruction sets for which the loops of kernels/cpu are compiled; each includes the previous
/// one.
enum class CpuSet { kBaseline, kAvx2, kAvx512 };

template <>
struct EnumNames<CpuSet> {
  static constexpr std::array names{"baseline", "avx2", "avx512"};
};

/// The best set that this processor supports, or a lower one named by the environment variable
/// LAMINA_CPU_SET, so that each can be tested on a machine that supports more. Chosen by the first
/// call, then fixed. Throws UsageError if the variable does not name a set.
CpuSet cpu_set();

/// Whether bf16 matrices are multiplied faster than float32 ones, and why or why not.
struct Bf16Products {
  bool fast = false;
  std::string reason;  ///< a clause: "this processor has AMX", "LAMINA_CPU_SET=avx2 is set"
};

/// For this processor with LibTorch's oneDNN. Fast products need AMX or AVX512-BF16 (on ARM: the
/// BF16 extension), not disabled by ONEDNN_MAX_CPU_ISA or LAMINA_CPU_SET. Without them LibTorch
/// multiplies bf16 matrices many times slower than float32 ones.
Bf16Products bf16_products_on_cpu();

}  // namespace lamina
