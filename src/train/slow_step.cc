#include "lamina/train/slow_step.h"

#include <ATen/Parallel.h>
#include <sched.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "lamina/core/units.h"

namespace lamina {
namespace {

/// Above this many runnable processes per core, cores are shared.
constexpr double kCrowdedLoad = 1.5;

/// The affinity mask includes the limits of a batch system.
std::int64_t count_cores() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) == 0) return CPU_COUNT(&cores);
  return std::max(1u, std::thread::hardware_concurrency());
}

/// From the line "VmSwap:  12 kB" of /proc/self/status; 0 if there is none.
std::int64_t swapped_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key;) {
    std::int64_t kibibytes = 0;
    if (key == "VmSwap:" && status >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

/// All reasons that apply; at least one.
std::vector<std::string> reasons_of(const StepConditions& c) {
  std::vector<std::string> reasons;
  if (c.is_cpu && c.lacks_bf16) {
    reasons.emplace_back(
        "train.precision is bf16, for which this CPU has no instructions; float32 is faster");
  }
  if (c.is_cpu && c.num_threads < c.num_cores) {
    reasons.push_back(fmt::format("{} of {} cores are used (see train.threads, OMP_NUM_THREADS)",
                                  c.num_threads, c.num_cores));
  }
  if (c.is_cpu && c.load > kCrowdedLoad * static_cast<double>(c.num_cores)) {
    reasons.push_back(fmt::format("{:.0f} processes share {} cores", c.load, c.num_cores));
  }
  if (c.swapped_bytes > 0) {
    reasons.push_back(
        fmt::format("not enough memory: {} of this process are swapped out; reduce "
                    "train.micro_batch_sequences",
                    readable_bytes(static_cast<double>(c.swapped_bytes))));
  }
  if (reasons.empty()) reasons.emplace_back("the batch and the model are large for this device");
  return reasons;
}

}  // namespace

StepConditions look_at_conditions(const Placement& placement, double step_flops) {
  StepConditions conditions;
  conditions.step_flops = step_flops;
  conditions.is_cpu = placement.device.is_cpu();
  conditions.lacks_bf16 = placement.widens_products;
  conditions.num_threads = at::get_num_threads();
  conditions.num_cores = count_cores();
  if (::getloadavg(&conditions.load, 1) != 1) conditions.load = 0;
  conditions.swapped_bytes = swapped_bytes();
  return conditions;
}

std::string slow_step_text(const StepConditions& conditions) {
  const double tflop = conditions.step_flops / 1e12;
  return fmt::format("a step takes about {} ({:.3g} TFLOP, {:.3g} TFLOP/s): {}",
                     readable_seconds(conditions.step_seconds), tflop,
                     tflop / conditions.step_seconds, fmt::join(reasons_of(conditions), "; "));
}

}  // namespace lamina
