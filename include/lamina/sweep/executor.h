#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/sweep/plan.h"

namespace lamina {

struct ExecutorOptions {
  std::vector<std::string> command;  ///< the program's path and its words before RUN/run.yaml
  std::int64_t slots = 1;            ///< runs at once, at least 1
  bool fresh = false;                ///< first discard what the runs' folders hold
};

struct FailedRun {
  std::string name;
  std::string reason;  ///< how it ended, and the last line that it printed
  std::filesystem::path console_log;
};

/// What became of the runs, each list in the order of the plan.
struct SweepOutcome {
  std::vector<std::string> complete;           ///< names of the runs completed now
  std::vector<std::string> skipped;            ///< names of the runs that were complete before
  std::vector<FailedRun> failed;               ///< each has been logged, once, when it failed
  std::vector<std::string> stopped;            ///< names of the runs that stopped on request
  std::vector<std::string> not_started;        ///< names of the runs that a stop came before
  std::vector<std::filesystem::path> folders;  ///< of all complete runs, skipped ones included
};

/// Runs each planned run as a process of its own that is given the path of RUN/run.yaml and prints
/// to RUN/console.log. Complete runs are skipped, partial ones started again; a failed one does not
/// stop the others. Throws Error before anything starts where a folder holds a run of another
/// configuration (see run_state). With several slots the processor cores are divided among them
/// through OMP_NUM_THREADS, unless that is set already. When a stop is requested
/// (core/stop_signal.h) the running ones get SIGTERM and are waited for. What each does is shown
/// from its RUN/status.json (core/status_file.h), with the time left for all.
SweepOutcome run_sweep(const std::vector<PlannedRun>& runs, const ExecutorOptions& options);

/// "1 complete, 3 complete before, 0 failed", then ", 2 stopped" and ", 4 not started" where some
/// are.
std::string outcome_text(const SweepOutcome& outcome);

}  // namespace lamina
