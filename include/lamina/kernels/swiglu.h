#pragma once
#include <ATen/core/Tensor.h>

namespace lamina {

/// SwiGLU (Shazeer, arXiv 2002.05202): silu(gate) * up, where gate is the first half of the last
/// dimension of `gate_up` and up the second half. gate_up (..., 2F) -> (..., F) in the same dtype.
/// Differentiable.
at::Tensor swiglu(const at::Tensor& gate_up);

}  // namespace lamina
