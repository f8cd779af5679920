#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace lamina {

/// Where a failure is, apart from what it is, so that a caller can put its own context in front.
struct ErrorPlace {
  std::string location = {};  ///< "configs/small.yaml:3:28", "runs/a/result.json"; may be empty
  std::string key = {};  ///< dotted, within the location: "optimizer.learning_rate"; may be empty
};

/// A failure that the user can act on: what is wrong, where, and what is allowed, in one line
/// "location: key: reason". `main` prints it and exits with status 1.
class Error : public std::runtime_error {
 public:
  explicit Error(std::string reason) : Error(ErrorPlace{}, std::move(reason)) {}
  Error(ErrorPlace place, std::string reason);

  const std::string& location() const { return place_.location; }
  const std::string& key() const { return place_.key; }
  const std::string& reason() const { return reason_; }

 private:
  ErrorPlace place_;
  std::string reason_;
};

/// Bad usage or a bad configuration: exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// A setting that contradicts another one or the machine. Thrown by code that does not know where
/// the configuration was read: `key` is relative to the settings struct that it was given.
/// `in_section` completes it, and with_places (run/run_settings.h) adds the location.
class SettingError : public UsageError {
 public:
  SettingError(std::string key, std::string reason)
      : UsageError(ErrorPlace{.key = std::move(key)}, std::move(reason)) {}
};

/// Calls `action`, which is given the settings of a section: the key of a SettingError that it
/// throws gets "section." in front, or becomes the section where it has none.
template <class Action>
auto in_section(const std::string& section, const Action& action) {
  try {
    return action();
  } catch (const SettingError& error) {
    const std::string& key = error.key();
    throw SettingError(key.empty() ? section : section + "." + key, error.reason());
  }
}

/// Exit statuses of the program (docs/commands.md).
enum ExitStatus { kExitGood = 0, kExitFailed = 1, kExitUsage = 2, kExitStopped = 75 };

}  // namespace lamina
