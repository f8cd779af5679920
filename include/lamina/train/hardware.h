#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "lamina/nn/parameters.h"
#include "lamina/record/run_record.h"
#include "lamina/train/settings.h"

namespace lamina {

/// The device and dtypes of a run; `local_rank` picks the GPU. train.precision is not `auto` any
/// more. bf16 on a processor without fast bf16 products gives a warning on the node's first rank.
/// Throws UsageError where the settings ask for a GPU and there is none, or the program was built
/// without.
Placement choose_placement(const TrainSettings& settings, int local_rank);

/// Floating-point operations per second of a large square product of random matrices in the dtype
/// that the run multiplies in, the best of several: what this device can reach, and the denominator
/// of every MFU here.
double measure_peak_flops(const Placement& placement);

/// Most memory taken so far: of the CUDA allocator on a GPU, else the process's resident set.
std::int64_t peak_memory_bytes(const Placement& placement);

/// Waits for the device to finish what was asked of it; nothing to do on a CPU.
void synchronize(const Placement& placement);

/// For records.
HardwareFacts describe_hardware(const Placement& placement);

}  // namespace lamina
