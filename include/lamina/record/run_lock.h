#pragma once
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace lamina {

/// How often a lock's owner shows that it is alive, and after how long without such a sign a lock
/// of another host is taken over.
struct LockTimes {
  double heartbeat_seconds = 10;
  double stale_seconds = 90;  ///< attributes of a network file system may be a minute old
};

/// While one is alive, this process alone trains the run: a second one is refused, with the name of
/// the owner. The lock is a file in the run's folder, RUN/run.lock: JSON {"format_version", "host",
/// "process", "started"}, held by flock(2), and touched at each heartbeat.
///
/// A dead owner's lock is taken over: on the same host at once, as the kernel released it; of
/// another host (or where the file system has no flock) when its heartbeat stopped, for which the
/// constructor waits.
///
/// Goals: two processes never write one run's checkpoints; a killed job resumes without help.
/// Non-goal: safety against clocks or file systems that lie.
class RunLock {
 public:
  /// The folder exists. Throws Error where another process has the run, Stopped where a stop was
  /// requested while it waited.
  explicit RunLock(const std::filesystem::path& file, LockTimes times = {});
  ~RunLock();  ///< removes the file
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  void take();
  void beat();

  std::filesystem::path file_;
  LockTimes times_;
  int descriptor_ = -1;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_ending_ = false;
  std::thread heartbeat_;
};

}  // namespace lamina
