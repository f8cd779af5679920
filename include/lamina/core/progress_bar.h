#pragma once
#include <cstdint>
#include <string>

#include "lamina/core/live_lines.h"

namespace lamina {

/// The progress of a long operation, on standard error and in the status file: the amount done of a
/// total, rate and time left. Nothing is shown during the first two seconds. Used from one thread.
class ProgressBar {
 public:
  /// Formats an amount: readable_bytes or readable_count.
  using Readable = std::string (*)(double amount);

  /// `total` and the amounts below have one unit, such as bytes or tokens.
  ProgressBar(std::string title, std::int64_t total, Readable readable);

  void advance(std::int64_t amount) { move_to(done_ + amount); }
  void move_to(std::int64_t done);
  void clear() { live_.clear(); }  ///< removes the line, until the next advance or move_to
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
