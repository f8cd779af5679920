#pragma once
#include <c10/core/Device.h>

#include <span>
#include <string>

namespace lamina {

/// What a rank computes on.
struct RankDevice {
  std::string host;     ///< the machine's name, for messages
  std::string machine;  ///< tells machines apart also where they have one name
  std::string device;   ///< "cpu", "cuda:0": as this rank counts its devices
  std::string gpu;      ///< PCI address of the GPU, "0000:3b:00.0"; "" for a CPU, which ranks share

  bool operator==(const RankDevice&) const = default;
};

/// Of this process.
RankDevice rank_device(at::Device device);

/// Throws Error where the ranks cannot be one group: two share a GPU, which NCCL refuses as
/// "invalid usage", or some compute on a CPU and some on a GPU. Names the ranks, the device and the
/// machine.
void check_rank_devices(std::span<const RankDevice> by_rank);

}  // namespace lamina
