#pragma once
#include <sys/types.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lamina {

/// How to start a child process. `environment` entries ("NAME=value") are added to the parent's or
/// replace them. If `output_file` is set, standard output and error are appended to it. The child
/// gets `death_signal` when the parent dies, so that no orphan process keeps a machine busy.
struct ChildOptions {
  std::vector<std::string> arguments;  ///< the program's path first
  std::vector<std::string> environment;
  std::filesystem::path output_file;
  int death_signal = SIGTERM;
  bool holds_stop_signals = false;  ///< it starts with them blocked (core/stop_signal.h)
};

/// A child process. Its exit status is that of the program, 128 + the number of the signal that
/// killed it, 126 if `output_file` cannot be opened, or 127 if the program cannot be executed. The
/// destructor neither ends the process nor waits for it. Not thread-safe.
class Child {
 public:
  explicit Child(const ChildOptions& options);  ///< starts it; throws Error if it cannot be created

  pid_t pid() const { return pid_; }
  std::optional<int> poll();      ///< the exit status once it has ended; never blocks
  int wait();                     ///< blocks until it has ended; returns the exit status
  void signal(int number) const;  ///< sends a signal; does nothing once it has ended

 private:
  bool reap(int options);

  pid_t pid_;
  std::optional<int> status_;
};

/// Sends SIGKILL to every Child that `poll` or `wait` has not seen ending. Async-signal-safe.
void kill_children();

/// Path of the program that this process runs.
std::filesystem::path this_program();

}  // namespace lamina
