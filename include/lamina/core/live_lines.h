#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace lamina {

/// When a text that changes all the time is printed where it cannot be redrawn: once a minute, and
/// never twice in a row. What happens in between is for log lines.
class Heartbeat {
 public:
  static constexpr double kSecondsBetween = 60;

  explicit Heartbeat(double start_seconds) : last_seconds_(start_seconds) {}

  /// Whether to print it now.
  bool is_due(const std::string& text, double now_seconds);

 private:
  double last_seconds_;
  std::string last_text_;
};

/// A few lines on standard error that are redrawn in place, one a running thing. Where standard
/// error is no terminal they are printed by a heartbeat that all of the process share.
class LiveLines {
 public:
  LiveLines();
  ~LiveLines();
  LiveLines(const LiveLines&) = delete;
  LiveLines& operator=(const LiveLines&) = delete;

  void show(const std::vector<std::string>& lines);

  /// Removes the live lines, so that something else can be printed.
  void clear();

 private:
  bool terminal_;
  std::size_t num_shown_ = 0;
};

/// Seconds of a clock that never goes back.
double monotonic_seconds();

}  // namespace lamina
