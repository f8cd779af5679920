#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "lamina/nn/parameters.h"

namespace lamina {

/// The gradients that the parameters hold, in their order; undefined where one holds none.
std::vector<at::Tensor> gradients_of(const std::vector<Parameter>& parameters);

/// Scales all gradients by min(1, clip_norm / (norm + 1e-6)), where norm is the root of the sum of
/// all their squares; a clip_norm of 0 never scales. Returns the norm before clipping, a scalar on
/// the parameters' device. Every parameter must have a gradient.
at::Tensor clip_gradients(const std::vector<Parameter>& parameters, double clip_norm);

/// Frees the gradients.
void clear_gradients(const std::vector<Parameter>& parameters);

}  // namespace lamina
