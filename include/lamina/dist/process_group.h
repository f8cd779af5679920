#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "lamina/dist/launch_environment.h"

namespace c10d {
class ProcessGroup;
class Work;
}  // namespace c10d

namespace lamina {

class RankStore;

/// What ProcessGroup::any_rank is still adding up.
class AnyRank {
 public:
  AnyRank();
  ~AnyRank();
  AnyRank(AnyRank&&) noexcept;
  AnyRank& operator=(AnyRank&&) noexcept;

  /// Whether any rank said yes.
  bool wait() const;

 private:
  friend class ProcessGroup;
  at::Tensor count_;
  c10::intrusive_ptr<c10d::Work> work_;  ///< null: count_ is the answer
};

/// The processes that train together: NCCL on GPUs, Gloo on CPUs. A group of one needs no network
/// and its collectives do nothing, so that the rest of the program knows one case only. Calls
/// marked collective must be made by every rank, in the same order.
///
/// Destroyed, it closes its connections, by an abort where an exception is on its way: the other
/// ranks then fail too, within seconds, and say which rank did first, or stop if this one was
/// asked.
class ProcessGroup {
 public:
  /// Collective: returns when all ranks have met. Throws Error when they do not within ten minutes,
  /// and where they cannot be one group (see check_rank_devices).
  ProcessGroup(const LaunchEnvironment& environment, at::Device device);
  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  /// Collective. Replaces the tensor, on the group's device, by its sum over all ranks.
  void all_reduce_sum(at::Tensor tensor) const;

  /// Collective. Begins to ask every rank a yes or no, while this one works on.
  AnyRank any_rank(bool yes) const;

  /// Whether this rank was asked to stop, or another that looked here, too: they hear of each other
  /// within a second or two. Cheap. Ranks hear at different times: any_rank tells all the same.
  bool stop_requested() const;

  /// Collective. No rank goes on before all have come here.
  void barrier() const;

  /// Collective. Runs the action on the first rank, then on all others, which wait for as long as
  /// the first one lives. An action that throws ends its rank, and with it the others. Throws
  /// Stopped where a rank is asked to stop while it waits.
  void first_before_others(const std::function<void()>& action) const;

  /// Collective, for few and short texts. Rank 0 calls `decision` with the text of each rank;
  /// returns its answer on every rank. An Error that it throws is thrown on every rank.
  std::string decide(
      const std::string& mine,
      const std::function<std::string(std::span<const std::string> by_rank)>& decision) const;

  /// c10d's group; null in a group of one.
  const c10::intrusive_ptr<c10d::ProcessGroup>& backend() const { return backend_; }

 private:
  void start_backend(const LaunchEnvironment& environment);

  int rank_, size_;
  at::Device device_;
  int num_exceptions_;                ///< on their way when this was made
  std::unique_ptr<RankStore> store_;  ///< null in a group of one
  c10::intrusive_ptr<c10d::ProcessGroup> backend_;
  mutable int num_waits_ = 0;  ///< so that each wait has a key of its own
};

/// For a rank that fails before it makes its ProcessGroup: tells the ranks that wait for it there.
/// Takes some seconds at most; nothing to do where one process runs alone. Does not throw.
void tell_of_failure_to_join();

/// What a rank does before it makes its ProcessGroup; where that throws, the other ranks are told.
template <class Action>
auto before_joining(Action action) {
  try {
    return action();
  } catch (...) {
    tell_of_failure_to_join();
    throw;
  }
}

}  // namespace lamina
