#include "lamina/record/run_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "error_text.h"
#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;

class RunLockTest : public ::testing::Test {
 protected:
  /// A lock that another host left, whose last heartbeat was so long ago.
  void leave_lock_of_other_host(std::time_t seconds_ago) const {
    write_file_atomically(file_, R"({"format_version":1,"host":"node-7","process":4711,)"
                                 R"("started":"2026-01-01T00:00:00Z"})");
    beat(seconds_ago);
  }
  void beat(std::time_t seconds_ago) const {
    const timespec time{std::time(nullptr) - seconds_ago, 0};
    const timespec times[]{time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, file_.c_str(), times, 0), 0);
  }

  TemporaryFolder folder_;
  fs::path file_ = folder_.path() / "run.lock";
};

TEST_F(RunLockTest, ASecondOneIsRefusedWithTheOwnersName) {
  const RunLock lock(file_);
  EXPECT_THAT(error_text([&] { const RunLock second(file_); }),
              AllOf(HasSubstr(folder_.path().string() + ": the run is being trained by process " +
                              std::to_string(::getpid()) + " on host "),
                    HasSubstr("(since 20")));
}

TEST_F(RunLockTest, IsGoneWhenItsOwnerEnds) {
  { const RunLock lock(file_); }
  EXPECT_FALSE(fs::exists(file_));
  const RunLock again(file_);
  EXPECT_TRUE(fs::exists(file_));
}

TEST_F(RunLockTest, OfAProcessThatWasKilledHereIsTakenOverAtOnce) {
  const pid_t child = ::fork();
  if (child == 0) {
    const RunLock lock(file_);
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(read_json(file_)["process"], child);
  const RunLock lock(file_, {.stale_seconds = 1e6});
  EXPECT_EQ(read_json(file_)["process"], ::getpid());
}

TEST_F(RunLockTest, OfAnotherHostIsTakenOverOnceItsHeartbeatStopped) {
  leave_lock_of_other_host(100);
  const RunLock lock(file_, {.stale_seconds = 90});
  EXPECT_EQ(read_json(file_)["process"], ::getpid());
}

TEST_F(RunLockTest, OfAnotherHostThatStillBeatsIsRefused) {
  leave_lock_of_other_host(5);
  std::thread other([&] {
    // The lock waits for this very change; how soon it comes makes no difference.
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    beat(0);
  });
  EXPECT_THAT(error_text([&] { const RunLock lock(file_, {.stale_seconds = 60}); }),
              HasSubstr("the run is being trained by process 4711 on host node-7 "
                        "(since 2026-01-01T00:00:00Z)"));
  other.join();
}

TEST_F(RunLockTest, ItsFileIsTouchedAtEachHeartbeat) {
  const RunLock lock(file_, {.heartbeat_seconds = 0.01});
  beat(1000);
  const auto old = fs::last_write_time(file_);
  for (int i = 0; i < 1000 && fs::last_write_time(file_) == old; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_GT(fs::last_write_time(file_), old);
}

}  // namespace
}  // namespace lamina
