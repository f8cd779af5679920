#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "core/sync_calls.h"
#include "lamina/core/files.h"
#include "temporary_folder.h"

namespace {

/// What the system calls below do in this process.
struct Faults {
  int calls_until_death = 0;  ///< 0: none of them is deadly
  bool can_exchange = true;   ///< else the file system knows no RENAME_EXCHANGE
};
Faults faults;

void may_die() {
  if (faults.calls_until_death > 0 && --faults.calls_until_death == 0) ::kill(::getpid(), SIGKILL);
}

}  // namespace

// In the place of the C library's: every call that changes or syncs a folder is one where the
// process may die, just before it.

extern "C" int renameat2(int from_folder, const char* from, int to_folder, const char* to,
                         unsigned flags) noexcept {
  may_die();
  if (flags != 0 && !faults.can_exchange) return errno = EINVAL, -1;
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

extern "C" int unlinkat(int folder, const char* path, int flags) noexcept {
  may_die();
  return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}

extern "C" int fsync(int descriptor) {
  may_die();
  lamina::SyncCalls::note(descriptor);
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace lamina {
namespace {

namespace fs = std::filesystem;

void replace(const fs::path& target, const std::string& text) {
  AtomicDirectory directory(target);
  for (const char* file : {"a", "b"}) write_file_synced(directory.path() / file, text);
  directory.commit();
}

/// In a child process that dies before its n-th call. False where it needs fewer.
bool dies_while_replacing(const fs::path& target, const Faults& wanted) {
  const pid_t child = ::fork();
  if (child == 0) {
    faults = wanted;
    replace(target, "new");
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/// "old" or "new", if the directory that is found is whole.
std::string text_found(const fs::path& target) {
  const fs::path found = AtomicDirectory::find(target);
  const std::string text = read_file(found / "a");
  EXPECT_EQ(read_file(found / "b"), text);
  return text;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

/// Where a file system can exchange two names, and where it cannot.
class ReplacingADirectory : public testing::TestWithParam<bool> {};

TEST_P(ReplacingADirectory, LeavesTheOldOrTheNewOneWhereverItDiesAndTheNextWriterCleansUp) {
  std::set<std::string> found;
  int calls = 1;
  for (bool died = true; died; ++calls) {
    const TemporaryFolder folder;
    const fs::path target = folder.path() / "step-1";
    replace(target, "old");
    died = dies_while_replacing(target, {calls, GetParam()});
    found.insert(text_found(target));
    EXPECT_TRUE(died || text_found(target) == "new");
    replace(target, "next");
    EXPECT_EQ(text_found(target), "next");
    EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("step-1"));
  }
  EXPECT_GT(calls, 8);
  EXPECT_THAT(found, testing::ElementsAre("new", "old"));
}

INSTANTIATE_TEST_SUITE_P(FileSystems, ReplacingADirectory, testing::Bool());

}  // namespace
}  // namespace lamina
