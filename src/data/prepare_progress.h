#pragma once
#include <cstdint>

#include "lamina/core/live_lines.h"

namespace lamina {

/// A line on standard error while text is tokenised: bytes of the input files, rate, time left.
class PrepareProgress {
 public:
  explicit PrepareProgress(std::int64_t total_bytes);

  void advance(std::int64_t bytes) { move_to(bytes_ + bytes); }
  void move_to(std::int64_t bytes);  ///< of all files so far
  void end() { live_.clear(); }      ///< until the next call, the terminal is free
  std::int64_t bytes() const { return bytes_; }
  double seconds() const { return monotonic_seconds() - start_seconds_; }

 private:
  std::int64_t total_bytes_;
  std::int64_t bytes_ = 0;
  double start_seconds_ = monotonic_seconds();
  double shown_seconds_ = start_seconds_;
  LiveLines live_;
};

}  // namespace lamina
