#include "lamina/dist/process_group.h"

#include <ATen/ATen.h>
#include <spdlog/fmt/fmt.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include <chrono>
#include <exception>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/stop_signal.h"
#include "lamina/dist/rank_device.h"
#include "rank_store.h"
#include "rendezvous.h"
#ifdef LAMINA_CUDA
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace lamina {
namespace {

constexpr std::chrono::minutes kCollectiveTimeout{10};
constexpr std::chrono::seconds kReportTimeout{10};
constexpr std::chrono::hours kFirstRankTimeout{24 * 30};  // tokenising may take days

/// c10d's messages contain a stack trace after the first line.
std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

/// Ranks that rendezvous over loopback also use it for tensors, whatever their host name resolves
/// to.
c10::intrusive_ptr<c10d::Backend> gloo(const c10::intrusive_ptr<c10d::Store>& store,
                                       const LaunchEnvironment& environment) {
  const auto options = c10d::ProcessGroupGloo::Options::create(kCollectiveTimeout);
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
  options->timeout = kCollectiveTimeout;
  group.setBackend(at::kCUDA, Kind::NCCL,
                   c10::make_intrusive<c10d::ProcessGroupNCCL>(store, environment.rank,
                                                               environment.num_ranks, options));
  group.setDefaultBackend(Kind::NCCL);
#endif
}

std::string text_of(const RankDevice& device) {
  return Json::array({device.host, device.machine, device.device, device.gpu}).dump();
}

RankDevice device_of(const std::string& text) {
  const Json fields = Json::parse(text);
  return {fields[0], fields[1], fields[2], fields[3]};
}

/// Collective. Before NCCL starts: its own message names neither ranks nor devices.
void compare_devices(RankStore& store, at::Device device) {
  store.decide(text_of(rank_device(device)), [](std::span<const std::string> by_rank) {
    std::vector<RankDevice> devices;
    for (const std::string& text : by_rank) devices.push_back(device_of(text));
    check_rank_devices(devices);
    return "";
  });
}

}  // namespace

ProcessGroup::ProcessGroup(const LaunchEnvironment& environment, at::Device device)
    : rank_(environment.rank),
      size_(environment.num_ranks),
      device_(device),
      num_exceptions_(std::uncaught_exceptions()) {
  if (size_ > 1) start_backend(environment);
}

void ProcessGroup::start_backend(const LaunchEnvironment& environment) {
  const ExitsWhenStopped interruptible("during the rendezvous; nothing was started");
  const auto in_context = [&](const auto& start) {
    try {
      start();
    } catch (const Stopped&) {
      throw;
    } catch (const std::exception& error) {
      throw Error(fmt::format("rank {} of {}: rendezvous at {} failed: {}", rank_, size_,
                              master_text(environment), first_line(error)));
    }
  };
  in_context([&] { store_ = std::make_unique<RankStore>(join_store(environment), environment); });
  compare_devices(*store_, device_);
  in_context([&] {
    backend_ = c10::make_intrusive<c10d::ProcessGroup>(store_->keys(), rank_, size_);
    add_backend(*backend_, store_->keys(), environment, device_);
  });
}

ProcessGroup::~ProcessGroup() {
  if (!backend_) return;
  try {
    if (lamina::stop_requested()) store_->report_stop();
    if (std::uncaught_exceptions() > num_exceptions_) {
      store_->report_failure_if_throwing();  // before the others see closed connections
      backend_->abort();
    } else {
      backend_->shutdown();
    }
  } catch (const std::exception&) {
    // The other ranks have ended: no connection is left to close.
  }
  backend_.reset();  // before store_, whose destructor may wait for the other ranks
}

void ProcessGroup::all_reduce_sum(at::Tensor tensor) const {
  if (!backend_) return;
  std::vector<at::Tensor> tensors{std::move(tensor)};
  try {
    backend_->allreduce(tensors)->wait();
  } catch (const std::exception& error) {
    if (stop_requested()) throw Stopped("together with another rank");
    throw Error(store_->failure().value_or("communication with the other ranks failed: " +
                                           first_line(error)));
  }
}

AnyRank ProcessGroup::any_rank(bool yes) const {
  // The number of ranks that answer yes.
  AnyRank answer;
  answer.count_ = at::full({1}, yes ? 1 : 0, at::TensorOptions(device_).dtype(at::kFloat));
  if (!backend_) return answer;
  std::vector<at::Tensor> tensors{answer.count_};
  answer.work_ = backend_->allreduce(tensors);
  return answer;
}

AnyRank::AnyRank() = default;
AnyRank::~AnyRank() = default;
AnyRank::AnyRank(AnyRank&&) noexcept = default;
AnyRank& AnyRank::operator=(AnyRank&&) noexcept = default;

bool AnyRank::wait() const {
  if (work_) work_->wait();
  return count_.item<float>() > 0;
}

bool ProcessGroup::stop_requested() const {
  return store_ ? store_->stop_requested() : lamina::stop_requested();
}

void ProcessGroup::barrier() const {
  all_reduce_sum(at::zeros({1}, at::TensorOptions(device_)));
  // NCCL's sum is asynchronous: reading a value waits for it.
  if (device_.is_cuda()) at::zeros({}, at::TensorOptions(device_)).item<float>();
}

void ProcessGroup::first_before_others(const std::function<void()>& action) const {
  const std::string key = fmt::format("first/{}", num_waits_++);
  if (store_ && !is_first()) {
    store_->wait_for(key, kFirstRankTimeout, RankStore::WhenStopped::kThrow);
  }
  action();
  if (store_ && is_first()) store_->set(key, "done");
}

std::string ProcessGroup::decide(
    const std::string& mine,
    const std::function<std::string(std::span<const std::string> by_rank)>& decision) const {
  return store_ ? store_->decide(mine, decision) : decision(std::span(&mine, 1));
}

void report_failure_to_join() {
  try {
    const LaunchEnvironment environment = launch_environment();
    if (environment.num_ranks == 1) return;
    RankStore(join_store(environment, kReportTimeout), environment).report_failure();
  } catch (const std::exception&) {
    // No rank is waiting.
  }
}

}  // namespace lamina
