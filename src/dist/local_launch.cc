#include "lamina/dist/local_launch.h"

#include <spdlog/fmt/fmt.h>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <random>
#include <thread>

#include "lamina/core/error.h"
#include "lamina/core/log.h"
#include "lamina/core/process.h"
#include "lamina/core/stop_signal.h"

namespace lamina {
namespace {

constexpr std::chrono::milliseconds kPollInterval{20};

/// The launch id and the rendezvous port of the ranks.
struct LocalLaunch {
  std::string id;
  int port;
};

std::string random_launch_id() {
  std::random_device random;
  return fmt::format("local-{:08x}{:08x}", random(), random());
}

/// All variables of torchrun, so that none is inherited from a launcher of this process.
std::vector<std::string> rank_environment(int rank, int num_ranks, const LocalLaunch& launch) {
  std::vector<std::string> variables{fmt::format("RANK={}", rank),
                                     fmt::format("LOCAL_RANK={}", rank),
                                     fmt::format("WORLD_SIZE={}", num_ranks),
                                     "MASTER_ADDR=127.0.0.1",
                                     fmt::format("MASTER_PORT={}", launch.port),
                                     "TORCHELASTIC_RUN_ID=" + launch.id,
                                     "TORCHELASTIC_RESTART_COUNT=0",
                                     "TORCHELASTIC_USE_AGENT_STORE=True"};
  if (std::getenv("OMP_NUM_THREADS") == nullptr) {
    // Ranks that each used all cores would slow each other down.
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    variables.push_back(fmt::format("OMP_NUM_THREADS={}", std::max(1, cores / num_ranks)));
  }
  return variables;
}

std::deque<Child> start_ranks(int num_ranks, const LocalLaunch& launch,
                              const std::vector<std::string>& arguments) {
  ChildOptions options;
  options.arguments = arguments;
  options.arguments.insert(options.arguments.begin(), this_program().string());
  options.death_signal = SIGKILL;     // this process hosts their store
  options.holds_stop_signals = true;  // until the rank handles them
  std::deque<Child> children;
  for (int rank = 0; rank < num_ranks; ++rank) {
    options.environment = rank_environment(rank, num_ranks, launch);
    children.emplace_back(options);
  }
  return children;
}

/// The first failure among the ranks that have ended, as (rank, status).
std::optional<std::pair<int, int>> find_failure(std::deque<Child>& children) {
  for (std::size_t rank = 0; rank < children.size(); ++rank) {
    const auto status = children[rank].poll();
    if (status && *status != kExitGood && *status != kExitStopped) {
      return std::pair(static_cast<int>(rank), *status);
    }
  }
  return std::nullopt;
}

/// Whether a rank has stopped on request, possibly without a request to this process.
bool any_stopped(std::deque<Child>& children) {
  return std::any_of(children.begin(), children.end(),
                     [](Child& child) { return child.poll() == kExitStopped; });
}

bool all_ended(std::deque<Child>& children) {
  return std::all_of(children.begin(), children.end(),
                     [](Child& child) { return child.poll().has_value(); });
}

}  // namespace

int launch_local_ranks(int num_ranks, const std::vector<std::string>& arguments) {
  c10d::TCPStoreOptions options;
  options.port = 0;  // any free port
  options.isServer = true;
  options.waitWorkers = false;
  const c10d::TCPStore store("127.0.0.1", options);
  std::deque<Child> children =
      start_ranks(num_ranks, {random_launch_id(), store.getPort()}, arguments);
  bool stop_forwarded = false;
  while (!all_ended(children)) {
    if (const auto failure = find_failure(children)) {
      for (const Child& child : children) child.signal(SIGKILL);
      for (Child& child : children) child.wait();
      log_warning("rank {} of {} failed with exit status {}; the others were killed",
                  failure->first, num_ranks, failure->second);
      return failure->second;
    }
    if (!stop_forwarded && (stop_requested() || any_stopped(children))) {
      for (const Child& child : children) child.signal(SIGTERM);
      stop_forwarded = true;
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  const auto failure = find_failure(children);
  return failure ? failure->second : children.front().wait();
}

}  // namespace lamina
