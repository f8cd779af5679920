#include "lamina/dist/process_group.h"

#include <ATen/ATen.h>
#include <spdlog/fmt/fmt.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <chrono>

#include "lamina/core/error.h"
#ifdef LAMINA_CUDA
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace lamina {
namespace {

constexpr std::chrono::minutes kTimeout{10};
constexpr std::chrono::hours kPatience{24 * 30};  // for work of any length, as tokenising text is

c10::intrusive_ptr<c10d::Store> meet(const LaunchEnvironment& environment) {
  c10d::TCPStoreOptions options;
  options.port = environment.master_port;
  options.isServer = environment.rank == 0 && !environment.launcher_hosts_store;
  options.numWorkers = static_cast<std::size_t>(environment.num_ranks);
  options.waitWorkers = !environment.launcher_hosts_store;
  options.timeout = kTimeout;
  return c10::make_intrusive<c10d::TCPStore>(environment.master_address, options);
}

c10::intrusive_ptr<c10d::Backend> gloo(const c10::intrusive_ptr<c10d::Store>& store,
                                       const LaunchEnvironment& environment) {
  const auto options = c10d::ProcessGroupGloo::Options::create(kTimeout);
  const bool local =
      environment.master_address == "127.0.0.1" || environment.master_address == "localhost";
  options->devices.push_back(local ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                   : c10d::ProcessGroupGloo::createDefaultDevice());
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, environment.rank, environment.num_ranks,
                                                     options);
}

void add_backend(c10d::ProcessGroup& group, const c10::intrusive_ptr<c10d::Store>& store,
                 const LaunchEnvironment& environment, at::Device device) {
  using Kind = c10d::ProcessGroup::BackendType;
  if (device.is_cpu()) {
    group.setBackend(at::kCPU, Kind::GLOO, gloo(store, environment));
    group.setDefaultBackend(Kind::GLOO);
    return;
  }
#ifdef LAMINA_CUDA
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = kTimeout;
  group.setBackend(at::kCUDA, Kind::NCCL,
                   c10::make_intrusive<c10d::ProcessGroupNCCL>(store, environment.rank,
                                                               environment.num_ranks, options));
  group.setDefaultBackend(Kind::NCCL);
#endif
}

}  // namespace

ProcessGroup::ProcessGroup(const LaunchEnvironment& environment, at::Device device)
    : rank_(environment.rank), size_(environment.num_ranks), device_(device) {
  if (size_ == 1) return;
  try {
    store_ = c10::make_intrusive<c10d::PrefixStore>("lamina", meet(environment));
    backend_ = c10::make_intrusive<c10d::ProcessGroup>(store_, rank_, size_);
    add_backend(*backend_, store_, environment, device);
  } catch (const std::exception& error) {
    throw Error(fmt::format("rank {} of {} cannot meet the others at {}:{}: {}", rank_, size_,
                            environment.master_address, environment.master_port, error.what()));
  }
}

void ProcessGroup::all_reduce_sum(at::Tensor tensor) const {
  if (!backend_) return;
  std::vector<at::Tensor> tensors{std::move(tensor)};
  backend_->allreduce(tensors)->wait();
}

void ProcessGroup::barrier() const {
  all_reduce_sum(at::zeros({1}, at::TensorOptions(device_)));
  if (device_.is_cuda()) at::zeros({}, at::TensorOptions(device_)).item<float>();
}

void ProcessGroup::first_before_others(const std::function<void()>& action) const {
  const std::string key = fmt::format("first/{}", num_waits_++);
  if (store_ && !is_first()) {
    try {
      store_->wait({key}, kPatience);
    } catch (const std::exception& error) {
      const std::string_view text = error.what();
      throw Error(fmt::format("rank {} waits for rank 0, which has ended: {}", rank_,
                              text.substr(0, text.find('\n'))));
    }
  }
  action();
  if (store_ && is_first()) store_->set(key, std::string("done"));
}

}  // namespace lamina
