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
constexpr double kSecondsBetweenLooks = 1;            // at the store, for a stop
constexpr std::chrono::minutes kDecisionTimeout{30};  // hashing a checkpoint takes its time
constexpr std::chrono::seconds kLeaveTimeout{5};
constexpr std::chrono::milliseconds kLongestPause{50};
constexpr const char* kStoreGone =
    "the store of the launch is gone: its process, rank 0 or the launcher, has ended; the message "
    "there says why";

// The first letter of what rank 0 answers.
constexpr char kDecided = '+', kRefused = '-';

/// Calls `look` in growing pauses until it returns true; false when the time is over.
template <class Look>
bool poll(std::chrono::seconds timeout, Look look) {
  const auto end = Clock::now() + timeout;
  for (std::chrono::milliseconds pause{1}; !look(); pause = std::min(2 * pause, kLongestPause)) {
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
    report_failure();
    leave();
  } catch (const std::exception&) {
    // The store is gone, and with it everybody who could have been told.
  }
}

void RankStore::report_failure() const {
  if (std::uncaught_exceptions() > num_exceptions_) tell_of_failure();
}

void RankStore::tell_of_failure() const {
  store_->compareSet(kFailureKey, "",  // the first that failed stays
                     fmt::format("rank {} has failed; its own message says why", rank_));
}

void RankStore::leave() const {
  const auto all = static_cast<std::int64_t>(size_);
  if (store_->add(kLeftKey, 1) == all || !holds_store_) return;
  poll(kLeaveTimeout, [&] { return store_->add(kLeftKey, 0) == all; });
}

std::optional<std::string> RankStore::failure() const {
  try {
    if (!store_->check({kFailureKey})) return std::nullopt;
    return store_->get_to_str(kFailureKey);
  } catch (const std::exception&) {
    return kStoreGone;
  }
}

void RankStore::tell_of_stop() const {
  if (!knows_of_stop_) store_->set(kStopKey, std::string("yes"));
  knows_of_stop_ = true;
}

bool RankStore::hear_of_stop() const {
  try {
    if (lamina::stop_requested()) tell_of_stop();
    knows_of_stop_ = knows_of_stop_ || store_->check({kStopKey});
  } catch (const std::exception&) {  // the store's host has ended; the next collective tells
    knows_of_stop_ = lamina::stop_requested();
  }
  return knows_of_stop_;
}

bool RankStore::stop_requested() const {
  const double now = monotonic_seconds();
  const bool is_new = lamina::stop_requested() && !knows_of_stop_;
  if (knows_of_stop_ || (!is_new && now - looked_seconds_ < kSecondsBetweenLooks)) {
    return knows_of_stop_;
  }
  looked_seconds_ = now;
  return hear_of_stop();
}

bool RankStore::has(const std::string& key) const {
  try {
    return store_->check({key});
  } catch (const std::exception&) {  // the store's host has ended
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
    if (when_stopped == WhenStopped::kGiveUp && stop_requested()) problem = "a stop";
    return problem.has_value();
  });
  if (!in_time) problem = fmt::format("no sign of the other ranks for {} s", timeout.count());
  // What was said before a failure counts, also where both came between two looks.
  if (!problem || has(key)) return store_->get_to_str(key);
  if (hear_of_stop()) throw Stopped("while waiting for the other ranks");
  throw Error(*problem);
}

std::string RankStore::answer(std::span<const std::string> by_rank,
                              const Decision& decision) const {
  try {
    return kDecided + decision(by_rank);
  } catch (const Error& error) {
    return kRefused + std::string(error.what());
  }
}

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
  if (answered.front() == kRefused) throw Error(answered.substr(1));
  return answered.substr(1);
}

}  // namespace lamina
