#include "lamina/train/hardware.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <sys/resource.h>

#include <fstream>
#include <limits>

#include "lamina/core/error.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/log.h"
#include "lamina/core/processor.h"
#include "lamina/core/stop_signal.h"
#ifdef LAMINA_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#endif

namespace lamina {
namespace {

/// "CPU" if the kernel does not tell the name, as on ARM.
std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "CPU";
}

bool has_gpu() {
#ifdef LAMINA_CUDA
  return c10::cuda::device_count() > 0;
#else
  return false;
#endif
}

/// Multiplies bf16 operands in float32 if the processor has no fast bf16 products.
void widen_products_if_slow(Placement& placement, int local_rank) {
  if (placement.compute != at::kBFloat16) return;
  const Bf16Products products = bf16_products_on_cpu();
  placement.widens_products = !products.fast;
  if (placement.widens_products && local_rank == 0) {
    log_warning(
        "bf16 operands are multiplied in float32, because {}; train.precision=float32 would be "
        "faster here",
        products.reason);
  }
}

}  // namespace

Placement choose_placement(const TrainSettings& settings, int local_rank) {
  const bool wants_gpu = settings.device == DeviceKind::kCuda;
  if (wants_gpu && !has_gpu()) {
#ifdef LAMINA_CUDA
    throw SettingError("device", "got cuda, but this machine has no usable NVIDIA GPU");
#else
    throw SettingError("device", "got cuda, but this program was built without (preset cuda)");
#endif
  }
  TORCH_CHECK(settings.precision != Precision::kAuto,
              "[placement] train.precision must be resolved but got auto");
  Placement placement;
  placement.compute = settings.precision == Precision::kBf16 ? at::kBFloat16 : at::kFloat;
#ifdef LAMINA_CUDA
  if (settings.device != DeviceKind::kCpu && has_gpu()) {
    const auto index = static_cast<c10::DeviceIndex>(local_rank % c10::cuda::device_count());
    c10::cuda::set_device(index);
    placement.device = at::Device(at::kCUDA, index);
  }
#endif
  if (placement.device.is_cpu()) widen_products_if_slow(placement, local_rank);
  return placement;
}

double measure_peak_flops(const Placement& placement) {
  constexpr int kRepeats = 8;
  const std::int64_t n = placement.device.is_cuda() ? 8192 : 2048;
  const auto options = at::TensorOptions(placement.device).dtype(placement.products());
  // Random: a GPU multiplies equal numbers faster, as fewer of its transistors switch.
  const at::Tensor a = at::randn({n, n}, options), b = at::randn({n, n}, options);
  double best_seconds = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kRepeats; ++i) {
    throw_if_stopped("while the speed of matrix products was being measured");
    synchronize(placement);
    const double start = monotonic_seconds();
    at::mm(a, b);
    synchronize(placement);
    best_seconds = std::min(best_seconds, monotonic_seconds() - start);
  }
  return 2.0 * static_cast<double>(n * n * n) /
         best_seconds;  // a multiplication and an addition each
}

std::int64_t peak_memory_bytes(const Placement& placement) {
#ifdef LAMINA_CUDA
  if (placement.device.is_cuda()) {
    const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(placement.device.index());
    return stats.allocated_bytes[0].peak;
  }
#endif
  static_cast<void>(placement);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;  // Linux reports KiB
}

void synchronize(const Placement& placement) {
#ifdef LAMINA_CUDA
  if (placement.device.is_cuda()) c10::cuda::device_synchronize();
#endif
  static_cast<void>(placement);
}

HardwareFacts describe_hardware(const Placement& placement) {
#ifdef LAMINA_CUDA
  if (placement.device.is_cuda()) {
    const auto* properties = at::cuda::getDeviceProperties(placement.device.index());
    return {"cuda", properties->name, at::get_num_threads()};
  }
#endif
  static_cast<void>(placement);
  return {"cpu", cpu_name(), at::get_num_threads()};
}

}  // namespace lamina
