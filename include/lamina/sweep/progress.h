#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lamina {

/// What is known of the times of the runs of a sweep.
struct SweepTimes {
  struct RunTime {
    double elapsed_seconds = 0;
    std::optional<double> seconds_left;  ///< none: the run does not report it
  };
  std::vector<double> finished_seconds = {};  ///< of each complete run
  std::vector<RunTime> running = {};
  std::int64_t num_waiting = 0;  ///< runs that have not started
  std::int64_t slots = 1;        ///< runs at the same time
};

/// Estimate of the seconds until all runs are done. Waiting runs, and running ones that do not
/// report their time left, are assumed to take the mean time of the others. None if no time is
/// known.
std::optional<double> sweep_seconds_left(const SweepTimes& times);

/// The last line that is not blank in a log from byte `start` on, without the time and level of
/// lamina's own log lines; "" if there is none.
std::string last_log_line(const std::filesystem::path& log, std::int64_t start);

/// Describes an exit status (see Child): "exit status 3", "killed by signal 9 (Killed)".
std::string exit_text(int exit_status);

}  // namespace lamina
