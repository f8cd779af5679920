#include "lamina/dist/rank_device.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <map>
#include <utility>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/core/host_name.h"
#include "rank_list.h"
#ifdef LAMINA_CUDA
#include <ATen/cuda/CUDAContext.h>
#endif

namespace lamina {
namespace {

/// Containers on one machine have different host names, but share its kernel and its GPUs.
std::string machine_id(const std::string& host) {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  return std::getline(file, id) ? id : host;
}

/// NCCL too identifies GPUs by this.
std::string pci_address([[maybe_unused]] at::Device device) {
#ifdef LAMINA_CUDA
  if (device.is_cuda()) {
    const auto* properties = at::cuda::getDeviceProperties(device.index());
    return fmt::format("{:04x}:{:02x}:{:02x}.0", properties->pciDomainID, properties->pciBusID,
                       properties->pciDeviceID);
  }
#endif
  return "";
}

/// (machine, PCI address) -> ranks.
using RanksOfGpu = std::map<std::pair<std::string, std::string>, std::vector<int>>;

RanksOfGpu ranks_of_gpus(std::span<const RankDevice> by_rank) {
  RanksOfGpu ranks;
  for (std::size_t rank = 0; rank < by_rank.size(); ++rank) {
    const RankDevice& device = by_rank[rank];
    if (!device.gpu.empty()) {
      ranks[{device.machine, device.gpu}].push_back(static_cast<int>(rank));
    }
  }
  return ranks;
}

void check_one_rank_per_gpu(std::span<const RankDevice> by_rank) {
  std::vector<std::string> shared;
  for (const auto& [gpu, ranks] : ranks_of_gpus(by_rank)) {
    if (ranks.size() == 1) continue;
    const RankDevice& device = by_rank[static_cast<std::size_t>(ranks[0])];
    shared.push_back(fmt::format("{} share {} of {} (PCI {})", rank_list(ranks), device.device,
                                 device.host, device.gpu));
  }
  if (shared.empty()) return;
  throw Error(fmt::format(
      "{}; each rank needs its own GPU: start at most one rank per GPU of a machine, and "
      "make one (srun --gpus-per-task=1) or all of its GPUs visible to each rank",
      fmt::join(shared, "; ")));
}

void check_one_kind(std::span<const RankDevice> by_rank) {
  std::vector<int> on_cpu, on_gpu;
  for (std::size_t rank = 0; rank < by_rank.size(); ++rank) {
    (by_rank[rank].gpu.empty() ? on_cpu : on_gpu).push_back(static_cast<int>(rank));
  }
  if (on_cpu.empty() || on_gpu.empty()) return;
  const auto host_of_first = [&](const std::vector<int>& ranks) {
    return by_rank[static_cast<std::size_t>(ranks[0])].host;
  };
  throw Error(fmt::format(
      "{} ({}) found no GPU, {} ({}) did; all ranks need the same kind of device",
      rank_list(on_cpu), host_of_first(on_cpu), rank_list(on_gpu), host_of_first(on_gpu)));
}

}  // namespace

RankDevice rank_device(at::Device device) {
  const std::string host = host_name();
  return {host, machine_id(host), device.str(), pci_address(device)};
}

void check_rank_devices(std::span<const RankDevice> by_rank) {
  check_one_kind(by_rank);
  check_one_rank_per_gpu(by_rank);
}

}  // namespace lamina
