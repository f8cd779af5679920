#pragma once
#include "kernels/cpu/kernels.h"

// Declares the kernels of one instruction set, which dispatch.cc selects from at run time.
#define LAMINA_CPU_TABLE(set)                  \
  namespace lamina::cpu::set {                 \
  const Kernels<float>& float_kernels();       \
  const Kernels<BFloat16>& bfloat16_kernels(); \
  }

LAMINA_CPU_TABLE(baseline)
LAMINA_CPU_TABLE(avx2)
LAMINA_CPU_TABLE(avx512)
#undef LAMINA_CPU_TABLE
