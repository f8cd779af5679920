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

/// The pending result of ProcessGroup::any_rank.
class AnyRank {
 public:
  AnyRank();
  ~AnyRank();
  AnyRank(AnyRank&&) noexcept;
  AnyRank& operator=(AnyRank&&) noexcept;

  /// Blocks until every rank has answered; returns whether any answered yes.
  bool wait() const;

 private:
  friend class ProcessGroup;
  at::Tensor count_;
  c10::intrusive_ptr<c10d::Work> work_;  ///< null: count_ is the answer
};

/// The ranks that train together: NCCL on GPUs, Gloo on CPUs. A group of one needs no network and
/// its collectives do nothing, so that the rest of the program needs no special case. Every rank
/// must make the calls marked "Collective", in the same order. Used from one thread.
///
/// The destructor closes the connections. During the propagation of an exception it aborts them:
/// the other ranks then fail within seconds with a message that names this rank, or stop if a stop
/// was requested here.
class ProcessGroup {
 public:
  /// Collective: returns when all ranks have joined. Throws Error if they have not within ten
  /// minutes or cannot form a group (see check_rank_devices), and Stopped if a stop is requested.
  ProcessGroup(const LaunchEnvironment& environment, at::Device device);
  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  /// Collective. Replaces the tensor, of any shape and dtype on the group's device, by its sum over
  /// all ranks. Throws Error if another rank has failed, and Stopped if one has stopped.
  void all_reduce_sum(at::Tensor tensor) const;

  /// Collective. Starts a logical OR over all ranks; the caller works on and reads it with `wait`.
  AnyRank any_rank(bool yes) const;

  /// Whether a stop was requested on this rank, or on another that also calls this function: ranks
  /// learn of each other's within about two seconds. Cheap. Ranks learn at different times, so
  /// decide by any_rank, which gives all of them the same answer.
  bool stop_requested() const;

  /// Collective. Returns once all ranks have called it.
  void barrier() const;

  /// Collective. Runs the action on rank 0, then on all other ranks, which wait as long as rank 0
  /// is alive. If the action throws, its rank fails and with it the others. Throws Stopped if a
  /// stop is requested while this rank waits.
  void first_before_others(const std::function<void()>& action) const;

  /// Collective, for rare and short texts. Rank 0 calls `decision` with the text `mine` of each
  /// rank; every rank returns what it returns. An Error that it throws is thrown on every rank.
  std::string decide(
      const std::string& mine,
      const std::function<std::string(std::span<const std::string> by_rank)>& decision) const;

  /// c10d's group; null in a group of one.
  const c10::intrusive_ptr<c10d::ProcessGroup>& backend() const { return backend_; }

 private:
  void start_backend(const LaunchEnvironment& environment);

  int rank_, size_;
  at::Device device_;
  int num_exceptions_;                ///< propagating when the constructor was called
  std::unique_ptr<RankStore> store_;  ///< null in a group of one
  c10::intrusive_ptr<c10d::ProcessGroup> backend_;
  mutable int num_waits_ = 0;  ///< makes the store key of each first_before_others unique
};

/// For a rank that fails before it constructs its ProcessGroup: notifies the ranks that wait for it
/// there. Takes at most about ten seconds; does nothing if there is one rank. Does not throw.
void report_failure_to_join();

/// Runs what a rank does before it constructs its ProcessGroup; if that throws, the other ranks are
/// notified and the exception is rethrown.
template <class Action>
auto before_joining(Action action) {
  try {
    return action();
  } catch (...) {
    report_failure_to_join();
    throw;
  }
}

}  // namespace lamina
