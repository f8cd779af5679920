#include "lamina/core/process.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "lamina/core/error.h"

extern char** environ;

namespace lamina {
namespace {

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

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(const char* output_file, char** arguments, char** environment,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  if (output_file != nullptr) {
    const int fd = ::open(output_file, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (fd < 0) ::_exit(126);
    ::dup2(fd, STDOUT_FILENO);
    ::dup2(fd, STDERR_FILENO);
  }
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

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
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) {
    throw Error(fmt::format("{}: cannot start: {}", arguments.at(0), std::strerror(errno)));
  }
  if (pid_ == 0) {
    become(output_file.empty() ? nullptr : output_file.c_str(), argument_pointers.data(),
           environment_pointers.data(), parent);
  }
}

std::optional<int> Child::poll() {
  int wait_status = 0;
  if (!status_ && ::waitpid(pid_, &wait_status, WNOHANG) == pid_)
    status_ = exit_status_of(wait_status);
  return status_;
}

int Child::wait() {
  int wait_status = 0;
  while (!status_) {
    if (::waitpid(pid_, &wait_status, 0) == pid_) {
      status_ = exit_status_of(wait_status);
    } else if (errno != EINTR) {
      throw Error(fmt::format("process {}: cannot wait: {}", pid_, std::strerror(errno)));
    }
  }
  return *status_;
}

void Child::signal(int number) const {
  if (!status_) ::kill(pid_, number);
}

std::filesystem::path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace lamina
