#pragma once
#include <array>
#include <string>

#include "lamina/core/setting.h"

namespace lamina {

/// Instruction sets that the loops of kernels/cpu are compiled for, each containing those before.
enum class CpuSet { kBaseline, kAvx2, kAvx512 };

template <>
struct EnumNames<CpuSet> {
  static constexpr std::array names{"baseline", "avx2", "avx512"};
};

/// The best set that this processor has, or the lower one that the environment variable
/// LAMINA_CPU_SET names, so that each can be tested on a machine that has more. Decided once.
/// Throws UsageError where the variable names no set.
CpuSet cpu_set();

/// Whether bf16 matrices are multiplied faster than float32 ones, and by or for want of what.
struct Bf16Products {
  bool fast = false;
  std::string reason;  ///< "this processor has AMX"
};

/// Of this processor with LibTorch's oneDNN: it needs AMX or AVX512-BF16 (on ARM: the BF16
/// extension), and that neither ONEDNN_MAX_CPU_ISA nor LAMINA_CPU_SET rules them out. Without them
/// LibTorch multiplies bf16 matrices many times slower than float32 ones.
Bf16Products bf16_products_on_cpu();

}  // namespace lamina
