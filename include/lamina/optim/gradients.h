#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "lamina/nn/parameters.h"

namespace lamina {

/// The gradients of the parameters, in the same order; undefined for a parameter without one.
std::vector<at::Tensor> gradients_of(const std::vector<Parameter>& parameters);

/// Clips gradients by their global norm (arXiv 1211.5063): multiplies all of them by
/// min(1, clip_norm / (norm + 1e-6)), where norm is the L2 norm of all gradients together. A
/// clip_norm of 0 disables clipping. Returns the norm before clipping, a scalar on the parameters'
/// device; it is not finite if any gradient is not. Every parameter must have a gradient.
at::Tensor clip_gradients(const std::vector<Parameter>& parameters, double clip_norm);

/// Sets all gradients to undefined, which frees their memory.
void clear_gradients(const std::vector<Parameter>& parameters);

}  // namespace lamina
