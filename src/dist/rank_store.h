#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "lamina/dist/launch_environment.h"

namespace lamina {

/// Exchanges short texts between the ranks of a launch through their rendezvous store, rarely:
/// before and between steps. Every wait ends if some rank has failed. Used from one thread.
///
/// The destructor, with or without an exception propagating, counts this rank as gone; the rank
/// whose process holds the store first waits a few seconds for the others to be gone, so that they
/// can read the last values.
class RankStore {
 public:
  RankStore(c10::intrusive_ptr<c10d::Store> store, const LaunchEnvironment& environment);
  ~RankStore();
  RankStore(const RankStore&) = delete;
  RankStore& operator=(const RankStore&) = delete;

  using Decision = std::function<std::string(std::span<const std::string> by_rank)>;

  /// Collective: see ProcessGroup::decide.
  std::string decide(const std::string& mine, const Decision& decision);

  /// Sets a key that `wait_for` on any rank returns.
  void set(const std::string& key, const std::string& value) { store_->set(key, value); }

  enum class WhenStopped { kWait, kThrow };

  /// The value of a key, once a rank has set it. Throws Error if some rank fails, the store is lost
  /// or the time is over; Stopped instead if a stop was requested on any rank, with kThrow as soon
  /// as it is.
  std::string wait_for(const std::string& key, std::chrono::seconds timeout,
                       WhenStopped when_stopped = WhenStopped::kWait) const;

  /// Whether a stop was requested on this rank, or on another that also calls this function: ranks
  /// learn of each other's within about two seconds. Cheap.
  bool stop_requested() const;

  /// Notifies the other ranks now that a stop was requested on this rank.
  void report_stop() const;

  /// The first failure that a rank reported: "rank 1 has failed; its own message says why".
  std::optional<std::string> failure() const;

  /// Notifies the other ranks that this one has failed.
  void report_failure() const;

  /// Does so if an exception is propagating that was not when the constructor was called.
  void report_failure_if_throwing() const;

  /// The store, for c10d's own rendezvous.
  const c10::intrusive_ptr<c10d::Store>& keys() const { return store_; }

 private:
  bool has(const std::string& key) const;
  bool poll_stop() const;
  std::string answer(std::span<const std::string> by_rank, const Decision& decision) const;
  void leave() const;

  c10::intrusive_ptr<c10d::Store> store_;
  int rank_, size_;
  bool holds_store_;  ///< the store ends with this process
  int num_decisions_ = 0;
  mutable bool has_stop_ = false;      ///< of any rank, as far as this one knows
  mutable double polled_seconds_ = 0;  ///< when poll_stop was called last
  int num_exceptions_ = std::uncaught_exceptions();
};

}  // namespace lamina
