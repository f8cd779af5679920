#pragma once
#include <vector>

namespace lamina {

/// The major compute capability of each NVIDIA GPU that this process may use (8: Ampere), as the
/// driver tells it; empty without a driver. For what must be known before LibTorch is loaded.
std::vector<int> gpu_capabilities();

}  // namespace lamina
