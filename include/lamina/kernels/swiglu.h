#pragma once
#include <ATen/core/Tensor.h>

namespace lamina {

/// silu(gate) * up, where x holds gate in the first half of its last dimension and up in the second
/// (Shazeer, arXiv 2002.05202). x (..., 2F) -> (..., F). Differentiable.
at::Tensor swiglu(const at::Tensor& gate_up);

}  // namespace lamina
