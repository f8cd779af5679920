#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace lamina {

/// Limits how often a progress text is printed where it cannot be redrawn: at most once a minute,
/// and never the same text twice in a row. Events in between are reported by log lines.
class Heartbeat {
 public:
  static constexpr double kIntervalSeconds = 60;

  explicit Heartbeat(double start_seconds) : last_seconds_(start_seconds) {}

  /// Whether to print the text now; if so, it counts as printed.
  bool is_due(const std::string& text, double now_seconds);

 private:
  double last_seconds_;
  std::string last_text_;
};

/// A few lines on standard error that are redrawn in place, such as one line per running process.
/// If standard error is not a terminal, they are printed at the pace of one Heartbeat that all
/// LiveLines of the process share. At most one object may show lines at a time; used from one
/// thread.
class LiveLines {
 public:
  LiveLines();
  ~LiveLines();
  LiveLines(const LiveLines&) = delete;
  LiveLines& operator=(const LiveLines&) = delete;

  /// Replaces the lines shown before. Lines wider than the terminal are cut.
  void show(const std::vector<std::string>& lines);

  /// Removes the live lines from the terminal; call it before something else is printed.
  void clear();

 private:
  bool terminal_;
  std::size_t num_shown_ = 0;
};

/// Seconds of a clock that never goes back (std::chrono::steady_clock), from an arbitrary origin.
double monotonic_seconds();

}  // namespace lamina
