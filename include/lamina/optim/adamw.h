#pragma once
#include "lamina/optim/optimizer.h"

namespace lamina {

/// AdamW (Loshchilov and Hutter, arXiv 1711.05101), computed by LibTorch's fused kernel, with the
/// states first_moment and second_moment. Weight decay applies to parameters of two or more
/// dimensions only (matrices, not norms and biases).
UpdateRule adamw(const AdamWSettings& settings);

}  // namespace lamina
