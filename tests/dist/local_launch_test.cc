#include "lamina/dist/local_launch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/process.h"
#include "lamina/core/stop_signal.h"
#include "process_state.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kFolderVariable = "LAMINA_LAUNCH_TEST_FOLDER";
constexpr double kPatienceSeconds = 60;  // what never happens fails the test, and leaves no process

/// False where it does not hold in time.
template <class Condition>
bool wait_until(const Condition& condition) {
  const double start_seconds = monotonic_seconds();
  while (!condition()) {
    if (monotonic_seconds() - start_seconds > kPatienceSeconds) return false;
    std::this_thread::yield();
  }
  return true;
}

std::string contents(const fs::path& file) { return fs::exists(file) ? read_file(file) : ""; }

/// Its process number has been taken back by the system: its parent has seen it end.
bool was_waited_for(pid_t pid) { return process_status(pid, "State").empty(); }

/// A process that a launcher of the running test started as one of two ranks.
class LaunchedRank {
 public:
  /// None in other processes.
  static std::optional<LaunchedRank> self() {
    const char* folder = std::getenv(kFolderVariable);
    const char* rank = std::getenv("RANK");
    if (folder == nullptr || rank == nullptr) return std::nullopt;
    return LaunchedRank(folder, rank);
  }

  bool is_first() const { return rank_ == "0"; }
  pid_t first_rank() const { return std::stoi(contents(folder_ / "0.pid")); }

  /// Tells the test that this rank is there, waits for a stop, and tells its signal.
  void wait_for_stop() const {
    watch_stop_signals();
    write("pid", std::to_string(::getpid()));
    if (!wait_until([] { return stop_requested(); })) end(kExitFailed);
    write("signal", stop_signal_name());
  }

  bool sees(const std::string& file) const { return fs::exists(folder_ / file); }

  void write(const std::string& ending, const std::string& text) const {
    write_file_atomically(folder_ / (rank_ + "." + ending), text);
  }

  [[noreturn]] void end(int status) const { std::_Exit(status); }

 private:
  LaunchedRank(fs::path folder, std::string rank)
      : folder_(std::move(folder)), rank_(std::move(rank)) {}

  fs::path folder_;
  std::string rank_;
};

/// The running test once more in a process of its own, which launches it as two ranks: a stop is
/// remembered for the life of a process.
class Launcher {
 public:
  Launcher() : child_(options()) {}

  /// In the launcher itself: launches, and ends with the status of the run.
  static void launch_if_self() {
    if (std::getenv(kFolderVariable) == nullptr) return;
    watch_stop_signals();
    std::_Exit(launch_local_ranks(2, {filter()}));
  }

  std::string wait_for_file(const std::string& name) const {
    EXPECT_TRUE(wait_until([&] { return fs::exists(folder_.path() / name); })) << output();
    return contents(folder_.path() / name);
  }
  std::string file(const std::string& name) const { return contents(folder_.path() / name); }
  std::string output() const { return file("output"); }
  void signal(int number) const { child_.signal(number); }
  int wait() { return child_.wait(); }

 private:
  static std::string filter() {
    const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
    return std::string("--gtest_filter=") + test.test_suite_name() + "." + test.name();
  }

  ChildOptions options() const {
    ChildOptions options;
    options.arguments = {this_program().string(), filter()};
    options.environment = {std::string(kFolderVariable) + "=" + folder_.path().string(),
                           "OMP_NUM_THREADS=1"};
    options.output_file = folder_.path() / "output";
    return options;
  }

  TemporaryFolder folder_;
  Child child_;
};

// Rank 1 takes longer over its stop: it ends once the launcher has seen that rank 0 did.
TEST(LocalLaunch, PassesAStopOnToEveryRankAndLetsEachEndInItsOwnTime) {
  if (const auto rank = LaunchedRank::self()) {
    rank->wait_for_stop();
    if (rank->is_first()) rank->end(kExitStopped);
    if (!wait_until([&] { return was_waited_for(rank->first_rank()); })) rank->end(kExitFailed);
    rank->write("saved", "all");
    rank->end(kExitStopped);
  }
  Launcher::launch_if_self();
  Launcher launcher;
  for (const char* name : {"0.pid", "1.pid"}) launcher.wait_for_file(name);
  launcher.signal(SIGUSR1);
  EXPECT_EQ(launcher.wait(), kExitStopped);
  for (const char* name : {"0.signal", "1.signal"}) EXPECT_EQ(launcher.file(name), "SIGTERM");
  EXPECT_EQ(launcher.file("1.saved"), "all");
  EXPECT_THAT(launcher.output(), Not(HasSubstr("failed")));
}

TEST(LocalLaunch, PassesOnTheStopOfOneRankAlone) {
  if (const auto rank = LaunchedRank::self()) {
    rank->wait_for_stop();
    rank->end(kExitStopped);
  }
  Launcher::launch_if_self();
  Launcher launcher;
  launcher.wait_for_file("0.pid");
  ::kill(std::stoi(launcher.wait_for_file("1.pid")), SIGUSR2);
  EXPECT_EQ(launcher.wait(), kExitStopped);
  EXPECT_EQ(launcher.file("0.signal"), "SIGTERM");
  EXPECT_EQ(launcher.file("1.signal"), "SIGUSR2");
  EXPECT_THAT(launcher.output(), Not(HasSubstr("failed")));
}

TEST(LocalLaunch, EndsAllWhereOneFailsAndHasItsStatus) {
  if (const auto rank = LaunchedRank::self()) {
    if (!rank->is_first()) rank->wait_for_stop();
    rank->end(wait_until([&] { return rank->sees("1.pid"); }) ? 3 : kExitFailed);
  }
  Launcher::launch_if_self();
  Launcher launcher;
  EXPECT_EQ(launcher.wait(), 3);
  EXPECT_THAT(launcher.output(),
              HasSubstr("rank 0 of 2 failed with exit status 3; the others were killed"));
  EXPECT_EQ(launcher.file("1.signal"), "") << "asked to stop and let go on";
  EXPECT_TRUE(is_gone(std::stoi(launcher.file("1.pid"))));
}

}  // namespace
}  // namespace lamina
