#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace lamina {

/// A failure that the user can act on: one line saying what, where, and what is allowed.
/// `main` prints it and exits with status 1.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// Bad usage or a bad configuration: exit status 2.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(message) {}
};

/// Settings that are each allowed but contradict each other. `key` is the dotted path of the one to
/// look at, so that whoever read the configuration can name the place: the message begins with it.
class SettingError : public UsageError {
 public:
  SettingError(std::string key, const std::string& what)
      : UsageError(key + ": " + what), key_(std::move(key)) {}
  const std::string& key() const { return key_; }

 private:
  std::string key_;
};

/// Exit statuses of the program (design: section 2 of the README).
enum ExitStatus { kExitGood = 0, kExitFailed = 1, kExitUsage = 2, kExitStopped = 75 };

}  // namespace lamina
