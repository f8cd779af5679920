#pragma once
#include <vector>

namespace lamina {

/// The major compute capability of each NVIDIA GPU that this process may use (8: Ampere), from the
/// CUDA driver; empty without a driver. Loads no part of LibTorch, so that the precision of a run
/// is known before LibTorch is loaded. Initialises the driver (cuInit) but no device.
std::vector<int> gpu_capabilities();

}  // namespace lamina
