#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lamina {

/// How long the runs of a sweep took and will take, as far as is known.
struct SweepTimes {
  struct RunTime {
    double elapsed_seconds = 0;
    std::optional<double> seconds_left;
  };
  std::vector<double> finished_seconds = {};  ///< of each complete run
  std::vector<RunTime> running = {};
  std::int64_t num_waiting = 0;  ///< runs that are still to be started
  std::int64_t slots = 1;        ///< runs at once
};

/// The seconds that are left for all: of a run that does not tell, and of those that wait, as many
/// as complete and running ones take on average. None where nothing tells.
std::optional<double> sweep_seconds_left(const SweepTimes& times);

/// The last line that is not blank of what a log holds from byte `start` on, without the time and
/// level of our own log lines; "" when there is none.
std::string last_log_line(const std::filesystem::path& log, std::int64_t start);

/// How a program ended, in words: "exit status 3", "killed by signal 9 (Killed)".
std::string exit_text(int exit_status);

}  // namespace lamina
