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

/// How the system calls below fail in this process.
struct Faults {
  int calls_until_kill = 0;  ///< 0: the process is not killed
  bool can_exchange = true;  ///< false: the file system does not support RENAME_EXCHANGE
};
Faults faults;

void maybe_kill() {
  if (faults.calls_until_kill > 0 && --faults.calls_until_kill == 0) ::kill(::getpid(), SIGKILL);
}

}  // namespace

// These replace the C library's functions: the process can be killed just before every call that
// changes or syncs a folder.

extern "C" int renameat2(int from_folder, const char* from, int to_folder, const char* to,
                         unsigned flags) noexcept {
  maybe_kill();
  if (flags != 0 && !faults.can_exchange) return errno = EINVAL, -1;
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

extern "C" int unlinkat(int folder, const char* path, int flags) noexcept {
  maybe_kill();
  return static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}

extern "C" int fsync(int descriptor) {
  maybe_kill();
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

/// Replaces the target in a child process that is killed before its n-th call. False if it makes
/// fewer calls.
bool is_killed_while_replacing(const fs::path& target, const Faults& planned) {
  const pid_t child = ::fork();
  if (child == 0) {
    faults = planned;
    replace(target, "new");
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/// The text of the directory that is found; both of its files must have it.
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

/// Parameter: whether the file system can exchange two names.
class ReplaceDirectory : public testing::TestWithParam<bool> {};

TEST_P(ReplaceDirectory, LeavesOldOrNewOneWhereverItIsKilledAndNextWriterCleansUp) {
  std::set<std::string> found;
  int calls = 1;
  for (bool killed = true; killed; ++calls) {
    const TemporaryFolder folder;
    const fs::path target = folder.path() / "step-1";
    replace(target, "old");
    killed = is_killed_while_replacing(target, {calls, GetParam()});
    found.insert(text_found(target));
    EXPECT_TRUE(killed || text_found(target) == "new");
    replace(target, "next");
    EXPECT_EQ(text_found(target), "next");
    EXPECT_THAT(names_in(folder.path()), testing::ElementsAre("step-1"));
  }
  EXPECT_GT(calls, 8);
  EXPECT_THAT(found, testing::ElementsAre("new", "old"));
}

INSTANTIATE_TEST_SUITE_P(FileSystems, ReplaceDirectory, testing::Bool());

}  // namespace
}  // namespace lamina
