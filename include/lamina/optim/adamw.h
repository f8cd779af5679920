#pragma once
#include "lamina/optim/optimizer.h"

namespace lamina {

/// AdamW (Loshchilov and Hutter, arXiv 1711.05101) by LibTorch's fused kernel, with the states
/// first_moment and second_moment. Weight decay is for tensors of two dimensions alone, as in the
/// papers.
UpdateRule adamw(const AdamWSettings& settings);

}  // namespace lamina
