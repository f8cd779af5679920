// Compiled once per instruction set, with LAMINA_CPU_SET as its name (see CMakeLists.txt).
#include "kernels/cpu/table.h"

#include "kernels/cpu/cross_entropy.h"
#include "kernels/cpu/rms_norm.h"
#include "kernels/cpu/rotary.h"
#include "kernels/cpu/swiglu.h"

namespace lamina::cpu::LAMINA_CPU_SET {

template <class T>
constexpr Kernels<T> kTable{rms_norm_rows<T>, rms_norm_backward_rows<T>, rotate_rows<T>,
                            swiglu_rows<T>,   swiglu_backward_rows<T>,   cross_entropy_rows<T>,
                            summarize_rows<T>};

const Kernels<float>& float_kernels() { return kTable<float>; }
const Kernels<BFloat16>& bfloat16_kernels() { return kTable<BFloat16>; }

}  // namespace lamina::cpu::LAMINA_CPU_SET
