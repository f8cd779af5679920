#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace lamina {

/// A few lines on standard error that are redrawn in place, one a running thing. Where standard
/// error is no terminal, a changed line is printed at most every ten seconds instead.
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
  double last_printed_seconds_ = 0;
};

/// Seconds of a clock that never goes back.
double monotonic_seconds();

}  // namespace lamina
