#pragma once
#include <cstdint>
#include <string>

#include "lamina/core/live_lines.h"

namespace lamina {

/// A line on standard error, and in the status file, while something long runs: how much of a total
/// is done, rate, time left. What is done within two seconds needs none.
class ProgressBar {
 public:
  /// How amounts read: readable_bytes, readable_count.
  using Readable = std::string (*)(double amount);

  ProgressBar(std::string title, std::int64_t total, Readable readable);

  void advance(std::int64_t amount) { move_to(done_ + amount); }
  void move_to(std::int64_t done);
  void clear() { live_.clear(); }  ///< until the next call, the terminal is free
  std::int64_t done() const { return done_; }
  double seconds() const { return monotonic_seconds() - start_seconds_; }

 private:
  std::string title_;
  std::int64_t total_;
  Readable readable_;
  std::int64_t done_ = 0;
  double start_seconds_ = monotonic_seconds();
  double shown_seconds_ = start_seconds_;
  LiveLines live_;
};

}  // namespace lamina
