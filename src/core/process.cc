#include "lamina/core/process.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "lamina/core/error.h"
#include "lamina/core/stop_signal.h"

extern char** environ;

namespace lamina {
namespace {

/// The environment of this process, with the entries of `added` replacing those of the same name.
std::vector<std::string> merged_environment(const std::vector<std::string>& added) {
  std::vector<std::string> result = added;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    const bool replaced = std::any_of(added.begin(), added.end(),
                                      [&](const std::string& a) { return a.starts_with(name); });
    if (!replaced) result.emplace_back(text);
  }
  return result;
}

/// The null-terminated array that execve expects; valid as long as the strings.
std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Process ids of the running children, for kill_children; 0 marks a free slot.
constexpr std::size_t kMaxChildren = 4096;
std::array<std::atomic<pid_t>, kMaxChildren> running_children;
static_assert(std::atomic<pid_t>::is_always_lock_free);

void register_child(pid_t pid) {
  for (std::atomic<pid_t>& slot : running_children) {
    pid_t free = 0;
    if (slot.compare_exchange_strong(free, pid)) return;
  }
  ::kill(pid, SIGKILL);
  throw Error(fmt::format("cannot run more than {} child processes at once", kMaxChildren));
}

void unregister_child(pid_t pid) {
  for (std::atomic<pid_t>& slot : running_children) {
    pid_t same = pid;
    if (slot.compare_exchange_strong(same, 0)) return;
  }
}

/// Blocks the stop signals in this thread while a child starts. Between fork and exec a child would
/// handle them with the handlers of its parent, and exec would then discard that.
class BlockedStopSignals {
 public:
  BlockedStopSignals() {
    const sigset_t signals = stop_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }
  ~BlockedStopSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedStopSignals(const BlockedStopSignals&) = delete;
  BlockedStopSignals& operator=(const BlockedStopSignals&) = delete;

  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
};

/// What a child executes.
struct ChildProgram {
  const char* output_file;
  char** arguments;
  char** environment;
  int death_signal;
  const sigset_t* signal_mask;  ///< nullptr: unchanged
};

/// Between fork and exec: only async-signal-safe calls.
[[noreturn]] void execute(const ChildProgram& program, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, program.death_signal);
  if (::getppid() != parent) ::_exit(127);  // it ended before prctl took effect
  if (program.output_file != nullptr) {
    const int fd = ::open(program.output_file, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (fd < 0) ::_exit(126);
    ::dup2(fd, STDOUT_FILENO);
    ::dup2(fd, STDERR_FILENO);
  }
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2}) ::signal(signal, SIG_DFL);
  if (program.signal_mask != nullptr) ::sigprocmask(SIG_SETMASK, program.signal_mask, nullptr);
  ::execve(program.arguments[0], program.arguments, program.environment);
  ::_exit(127);
}

/// As in a shell: 128 + the number of the signal that killed the process.
int exit_status_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

Child::Child(const ChildOptions& options) {
  std::vector<std::string> arguments = options.arguments;
  std::vector<std::string> environment = merged_environment(options.environment);
  std::vector<char*> argument_pointers = pointers_to(arguments);
  std::vector<char*> environment_pointers = pointers_to(environment);
  const std::string output_file = options.output_file.string();
  const BlockedStopSignals blocked;
  const ChildProgram program{
      .output_file = output_file.empty() ? nullptr : output_file.c_str(),
      .arguments = argument_pointers.data(),
      .environment = environment_pointers.data(),
      .death_signal = options.death_signal,
      .signal_mask = options.holds_stop_signals ? nullptr : &blocked.before()};
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) {
    throw Error(fmt::format("{}: cannot start: {}", arguments.at(0), std::strerror(errno)));
  }
  if (pid_ == 0) execute(program, parent);
  register_child(pid_);
}

/// Unregisters the child before waitpid frees its process id, which another process may then get.
bool Child::reap(int options) {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | options) != 0) {
    if (errno == EINTR) return false;
    throw Error(fmt::format("process {}: cannot wait: {}", pid_, std::strerror(errno)));
  }
  if (info.si_pid != pid_) return false;
  unregister_child(pid_);
  int wait_status = 0;
  ::waitpid(pid_, &wait_status, 0);
  status_ = exit_status_of(wait_status);
  return true;
}

std::optional<int> Child::poll() {
  if (!status_) reap(WNOHANG);
  return status_;
}

int Child::wait() {
  while (!status_) reap(0);
  return *status_;
}

void Child::signal(int number) const {
  if (!status_) ::kill(pid_, number);
}

void kill_children() {
  for (const std::atomic<pid_t>& slot : running_children) {
    if (const pid_t pid = slot; pid > 0) ::kill(pid, SIGKILL);
  }
}

std::filesystem::path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace lamina
