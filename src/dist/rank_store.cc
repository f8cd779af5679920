#include "rank_store.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/stop_signal.h"

namespace lamina {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kFailureKey = "failure";
constexpr const char* kLeftKey = "left";
constexpr const char* kStopKey = "stop";
constexpr double kStopPollSeconds = 1;
constexpr std::chrono::minutes kDecisionTimeout{30};  // ranks may hash a large checkpoint
constexpr std::chrono::seconds kLeaveTimeout{5};
constexpr std::chrono::milliseconds kMaxPause{50};
constexpr const char* kStoreGone =
    "lost the rendezvous store: its process, rank 0 or the launcher, has ended; see the message of "
    "that process";

// The first character of rank 0's answer: a result, or the message of an Error.
constexpr char kResultTag = '+', kErrorTag = '-';

/// Calls `look` after growing pauses until it returns true; returns false at the timeout.
template <class Look>
bool poll(std::chrono::seconds timeout, Look look) {
  const auto end = Clock::now() + timeout;
  for (std::chrono::milliseconds pause{1}; !look(); pause = std::min(2 * pause, kMaxPause)) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace

RankStore::RankStore(c10::intrusive_ptr<c10d::Store> store, const LaunchEnvironment& environment)
    : store_(std::move(store)),
      rank_(environment.rank),
      size_(environment.num_ranks),
      holds_store_(environment.rank == 0 && !environment.launcher_hosts_store) {}

RankStore::~RankStore() {
  try {
    report_failure_if_throwing();
    leave();
  } catch (const std::exception&) {
    // The store's process has ended, so no rank can be notified.
  }
}

void RankStore::report_failure_if_throwing() const {
  if (std::uncaught_exceptions() > num_exceptions_) report_failure();
}

void RankStore::report_failure() const {
  store_->compareSet(kFailureKey, "",  // only if empty: keeps the first failure
                     fmt::format("rank {} has failed; its own message says why", rank_));
}

/// The last rank to leave does not wait, nor does one whose process does not hold the store.
void RankStore::leave() const {
  const auto all = static_cast<std::int64_t>(size_);
  if (store_->add(kLeftKey, 1) == all || !holds_store_) return;
  poll(kLeaveTimeout, [&] { return store_->add(kLeftKey, 0) == all; });
}

/// Losing the store counts as a failure: the process that held it has ended.
std::optional<std::string> RankStore::failure() const {
  try {
    if (!store_->check({kFailureKey})) return std::nullopt;
    return store_->get_to_str(kFailureKey);
  } catch (const std::exception&) {
    return kStoreGone;
  }
}

void RankStore::report_stop() const {
  if (!has_stop_) store_->set(kStopKey, std::string("yes"));
  has_stop_ = true;
}

/// Exchanges stop requests with the store; does not wait.
bool RankStore::poll_stop() const {
  try {
    if (lamina::stop_requested()) report_stop();
    has_stop_ = has_stop_ || store_->check({kStopKey});
  } catch (const std::exception&) {  // the store's process has ended; the next collective throws
    has_stop_ = lamina::stop_requested();
  }
  return has_stop_;
}

bool RankStore::stop_requested() const {
  const double now = monotonic_seconds();
  const bool is_new = lamina::stop_requested() && !has_stop_;
  if (has_stop_ || (!is_new && now - polled_seconds_ < kStopPollSeconds)) {
    return has_stop_;
  }
  polled_seconds_ = now;
  return poll_stop();
}

bool RankStore::has(const std::string& key) const {
  try {
    return store_->check({key});
  } catch (const std::exception&) {  // the store's process has ended
    return false;
  }
}

std::string RankStore::wait_for(const std::string& key, std::chrono::seconds timeout,
                                WhenStopped when_stopped) const {
  std::optional<std::string> problem;
  const bool in_time = poll(timeout, [&] {
    try {
      if (store_->check({key})) return true;
    } catch (const std::exception&) {
      problem = kStoreGone;
    }
    if (!problem) problem = failure();
    if (when_stopped == WhenStopped::kThrow && stop_requested()) problem = "a stop";
    return problem.has_value();
  });
  if (!in_time) problem = fmt::format("no answer from the other ranks for {} s", timeout.count());
  // A value that was set before a failure counts, even if both came between two polls.
  if (!problem || has(key)) return store_->get_to_str(key);
  if (poll_stop()) throw Stopped("while waiting for the other ranks");
  throw Error(*problem);
}

std::string RankStore::answer(std::span<const std::string> by_rank,
                              const Decision& decision) const {
  try {
    return kResultTag + decision(by_rank);
  } catch (const Error& error) {
    return kErrorTag + std::string(error.what());
  }
}

/// Key decision/N/R has the text of rank R for decision N; key decision/N has rank 0's answer and
/// its tag.
std::string RankStore::decide(const std::string& mine, const Decision& decision) {
  const std::string key = fmt::format("decision/{}", num_decisions_++);
  const auto key_of = [&](int rank) { return fmt::format("{}/{}", key, rank); };
  if (rank_ == 0) {
    std::vector<std::string> by_rank{mine};
    for (int rank = 1; rank < size_; ++rank) {
      by_rank.push_back(wait_for(key_of(rank), kDecisionTimeout));
    }
    set(key, answer(by_rank, decision));
  } else {
    set(key_of(rank_), mine);
  }
  const std::string answered = wait_for(key, kDecisionTimeout);
  if (answered.front() == kErrorTag) throw Error(answered.substr(1));
  return answered.substr(1);
}

}  // namespace lamina
