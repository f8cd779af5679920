#include "rendezvous.h"

#include <netdb.h>
#include <poll.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "lamina/core/error.h"
#include "lamina/core/stop_signal.h"

namespace lamina {
namespace {

using StorePointer = c10::intrusive_ptr<c10d::Store>;
using Clock = std::chrono::steady_clock;

constexpr const char* kLaunchKey = "lamina/launch_id";
constexpr std::chrono::seconds kStoreTimeout{30};         // of one request to a store
constexpr std::chrono::seconds kUnnamedStoreTimeout{30};  // for a store to get its launch id
constexpr std::chrono::milliseconds kConnectTimeout{1000};
constexpr std::chrono::milliseconds kMaxPause{250};

/// Whether a process listens on the port. c10d's client would print a warning for each attempt.
bool is_listening(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return false;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    // Non-blocking, so that a host that does not answer costs kConnectTimeout and no more.
    const int socket = ::socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) continue;
    ::connect(socket, info->ai_addr, info->ai_addrlen);
    pollfd writable{socket, POLLOUT, 0};
    int error = 1;
    socklen_t length = sizeof(error);
    if (::poll(&writable, 1, static_cast<int>(kConnectTimeout.count())) == 1) {
      ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
    }
    ::close(socket);
    if (error == 0) return true;
  }
  return false;
}

c10d::TCPStoreOptions store_options(const LaunchEnvironment& environment, std::uint16_t port) {
  c10d::TCPStoreOptions options;
  options.port = port;
  options.numWorkers = static_cast<std::size_t>(environment.num_ranks);
  options.waitWorkers = false;  // connecting does not wait for the other ranks
  options.timeout = kStoreTimeout;
  return options;
}

StorePointer connect(const LaunchEnvironment& environment, std::uint16_t port) {
  return c10::make_intrusive<c10d::TCPStore>(environment.master_address,
                                             store_options(environment, port));
}

/// For rank 0: creates the store on the first free port.
StorePointer make_store(const LaunchEnvironment& environment) {
  for (const std::uint16_t port : environment.master_ports) {
    if (is_listening(environment.master_address, port)) continue;
    c10d::TCPStoreOptions options = store_options(environment, port);
    options.isServer = true;
    try {
      auto store = c10::make_intrusive<c10d::TCPStore>(environment.master_address, options);
      store->c10d::Store::set(kLaunchKey, environment.launch_id);
      return store;
    } catch (const c10::DistNetworkError&) {
      continue;  // in use by now
    }
  }
  throw Error(
      fmt::format("{} is already in use by another run or program; set MASTER_PORT to a free port, "
                  "a different one for each run",
                  master_text(environment)));
}

/// The launch id of a store; none if it has not been set, yet or ever.
std::optional<std::string> launch_of(c10d::Store& store) {
  if (!store.check({kLaunchKey})) return std::nullopt;
  return store.get_to_str(kLaunchKey);
}

/// For the other ranks: finds the store that rank 0 created.
class StoreSearch {
 public:
  StoreSearch(const LaunchEnvironment& environment, std::chrono::seconds timeout)
      : environment_(environment), timeout_(timeout) {}

  StorePointer run() {
    for (std::chrono::milliseconds pause{5};; pause = std::min(2 * pause, kMaxPause)) {
      for (const std::uint16_t port : environment_.master_ports) {
        if (auto store = try_port(port)) return store;
      }
      if (stop_requested()) throw Stopped("during the rendezvous; nothing was started");
      if (Clock::now() > start_ + timeout_) {
        throw Error(fmt::format("no answer from rank 0 in {} s", timeout_.count()));
      }
      std::this_thread::sleep_for(pause);
    }
  }

 private:
  StorePointer try_port(std::uint16_t port) {
    if (!is_listening(environment_.master_address, port)) return nullptr;
    StorePointer store;
    std::optional<std::string> launch_id;
    try {
      store = connect(environment_, port);
      launch_id = launch_of(*store);
    } catch (const c10::DistError&) {
      return nullptr;  // not a store, or its process has just ended
    }
    if (launch_id == environment_.launch_id) return store;
    if (environment_.master_ports.size() == 1) reject(launch_id);
    return nullptr;
  }

  /// The only candidate port belongs to another launch or program.
  void reject(const std::optional<std::string>& launch_id) {
    if (launch_id) {
      throw Error(fmt::format(
          "the store there belongs to another launch (\"{}\", this one is \"{}\"); set MASTER_PORT "
          "to a free port, a different one for each run",
          *launch_id, environment_.launch_id));
    }
    if (!first_unnamed_) first_unnamed_ = Clock::now();
    if (Clock::now() < *first_unnamed_ + kUnnamedStoreTimeout) return;
    throw Error(
        "another program uses this port; set MASTER_PORT to a free port, a different one for each "
        "run");
  }

  const LaunchEnvironment& environment_;
  std::chrono::seconds timeout_;
  Clock::time_point start_ = Clock::now();
  std::optional<Clock::time_point> first_unnamed_;
};

StorePointer find_store(const LaunchEnvironment& environment, std::chrono::seconds timeout) {
  if (environment.launcher_hosts_store) return connect(environment, environment.master_ports[0]);
  return environment.rank == 0 ? make_store(environment) : StoreSearch(environment, timeout).run();
}

}  // namespace

std::string master_text(const LaunchEnvironment& environment) {
  const auto& ports = environment.master_ports;
  if (ports.size() == 1) return fmt::format("{}:{}", environment.master_address, ports[0]);
  return fmt::format("{}, ports {}", environment.master_address, fmt::join(ports, ", "));
}

StorePointer join_store(const LaunchEnvironment& environment, std::chrono::seconds timeout) {
  // The prefix separates launches that share the store of one launcher, such as torchrun's
  // restarts.
  auto store = c10::make_intrusive<c10d::PrefixStore>("lamina/" + environment.launch_id,
                                                      find_store(environment, timeout));
  if (store->add(fmt::format("claims of rank {}", environment.rank), 1) > 1) {
    throw Error(fmt::format(
        "another process is also rank {} of this launch: two runs were started with the same "
        "MASTER_PORT and without a launch id; set MASTER_PORT to a free port, a different one for "
        "each run",
        environment.rank));
  }
  store->setTimeout(kRendezvousTimeout);  // for c10d, whose rendezvous uses it
  return store;
}

}  // namespace lamina
