#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "lamina/nn/parameters.h"
#include "lamina/record/run_record.h"
#include "lamina/train/settings.h"

namespace lamina {

/// The device and dtypes of a run; `local_rank`, modulo the number of GPUs, selects the GPU, which
/// becomes the current CUDA device. Requires that train.precision is resolved (not `auto`). bf16 on
/// a processor without fast bf16 products gives a warning on local rank 0. Throws UsageError if
/// train.device is cuda and there is no GPU or the program was built without CUDA.
Placement choose_placement(const TrainSettings& settings, int local_rank);

/// FLOP/s of a large square product of random matrices in the dtype of the run's matrix products,
/// the best of several: what this device can reach, and the denominator of every MFU. Throws
/// Stopped.
double measure_peak_flops(const Placement& placement);

/// Peak memory so far in bytes: of the CUDA allocator on a GPU, otherwise of the process (its
/// resident set).
std::int64_t peak_memory_bytes(const Placement& placement);

/// Waits until the device has finished all queued work; does nothing on a CPU.
void synchronize(const Placement& placement);

/// The device, its name and the number of CPU threads, for records.
HardwareFacts describe_hardware(const Placement& placement);

}  // namespace lamina
