#pragma once
#include <c10/core/Device.h>

#include <span>
#include <string>

namespace lamina {

/// The device of a rank.
struct RankDevice {
  std::string host;     ///< the machine's name, for messages
  std::string machine;  ///< unique per machine, even if two have the same name
  std::string device;   ///< "cpu", "cuda:0": as this rank numbers its devices
  std::string gpu;  ///< PCI address of the GPU, "0000:3b:00.0"; "": a CPU, which ranks may share

  bool operator==(const RankDevice&) const = default;
};

/// The device of this process.
RankDevice rank_device(at::Device device);

/// Throws Error if the ranks cannot form a group: two share a GPU, which NCCL rejects as "invalid
/// usage", or some compute on a CPU and others on a GPU. The message names the ranks, the device
/// and the machine. by_rank[r] is the device of rank r.
void check_rank_devices(std::span<const RankDevice> by_rank);

}  // namespace lamina
