#pragma once
#include <sys/types.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lamina {

/// One child process. `environment` entries ("NAME=value") are added to, or replace, those of the
/// parent. With `output_file`, its standard output and error are appended there. The child gets
/// `death_signal` when the parent dies, so no orphan keeps a machine busy.
struct ChildOptions {
  std::vector<std::string> arguments;  ///< the program's path first
  std::vector<std::string> environment;
  std::filesystem::path output_file;
  int death_signal = SIGTERM;
  bool holds_stop_signals = false;  ///< it begins with them held back (core/stop_signal.h)
};

/// How a child ended: its exit status, or 128 + the signal that killed it.
class Child {
 public:
  explicit Child(const ChildOptions& options);  ///< starts it; throws Error when it cannot

  pid_t pid() const { return pid_; }
  std::optional<int> poll();  ///< the exit status once it has ended; never blocks
  int wait();
  void signal(int number) const;  ///< nothing when it has ended

 private:
  bool reap(int options);

  pid_t pid_;
  std::optional<int> status_;
};

/// Sends SIGKILL to every child that has not been seen to end. Async-signal-safe.
void kill_children();

/// Path of the running program itself.
std::filesystem::path this_program();

}  // namespace lamina
