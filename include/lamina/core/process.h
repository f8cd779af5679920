#pragma once
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lamina {

/// One child process. `environment` entries ("NAME=value") are added to, or replace, those of the
/// parent. With `output_file`, its standard output and error are appended there. The child gets
/// SIGTERM when the parent dies, so no orphan keeps a machine busy.
struct ChildOptions {
  std::vector<std::string> arguments;  ///< the program's path first
  std::vector<std::string> environment;
  std::filesystem::path output_file;
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
  pid_t pid_;
  std::optional<int> status_;
};

/// Path of the running program itself.
std::filesystem::path this_program();

}  // namespace lamina
