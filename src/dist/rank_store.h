#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "lamina/dist/launch_environment.h"

namespace lamina {

/// What the ranks of a launch tell each other besides tensors, by way of the store they met in: few
/// and short texts, before and between steps. Every wait ends when some rank has failed. Used from
/// one thread.
///
/// When it is destroyed, by an exception or not, the rank whose process holds the store waits some
/// seconds for the others to leave first, so that they can read what was said last.
class RankStore {
 public:
  RankStore(c10::intrusive_ptr<c10d::Store> store, const LaunchEnvironment& environment);
  ~RankStore();
  RankStore(const RankStore&) = delete;
  RankStore& operator=(const RankStore&) = delete;

  using Decision = std::function<std::string(std::span<const std::string> by_rank)>;

  /// Collective: see ProcessGroup::decide.
  std::string decide(const std::string& mine, const Decision& decision);

  void set(const std::string& key, const std::string& value) { store_->set(key, value); }

  enum class WhenStopped { kWaitOn, kGiveUp };

  /// Throws Error when some rank fails, rank 0 is gone or the time is over; Stopped instead where
  /// any rank was asked to stop, and with kGiveUp as soon as one is.
  std::string wait_for(const std::string& key, std::chrono::seconds timeout,
                       WhenStopped when_stopped = WhenStopped::kWaitOn) const;

  /// Whether this rank was asked to stop, or another that looked here, too: they hear of each other
  /// within a second or two. Cheap.
  bool stop_requested() const;

  /// Tells the others now that this rank was asked to stop.
  void tell_of_stop() const;

  /// What is known of a failure of another rank: "rank 1 has failed; its own message says why".
  std::optional<std::string> failure() const;

  /// Tells the other ranks that this one has failed.
  void tell_of_failure() const;

  /// Does so where an exception is on its way that was not when this was made.
  void report_failure() const;

  /// For c10d's own rendezvous.
  const c10::intrusive_ptr<c10d::Store>& keys() const { return store_; }

 private:
  bool has(const std::string& key) const;
  bool hear_of_stop() const;
  std::string answer(std::span<const std::string> by_rank, const Decision& decision) const;
  void leave() const;

  c10::intrusive_ptr<c10d::Store> store_;
  int rank_, size_;
  bool holds_store_;  ///< it ends with this process
  int num_decisions_ = 0;
  mutable bool knows_of_stop_ = false;
  mutable double looked_seconds_ = 0;  ///< when it last asked the store about a stop
  int num_exceptions_ = std::uncaught_exceptions();
};

}  // namespace lamina
