#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/sweep/plan.h"

namespace lamina {

/// How to run the runs of a sweep.
struct ExecutorOptions {
  std::vector<std::string> command;  ///< program path and arguments; RUN/run.yaml is appended
  std::int64_t slots = 1;            ///< runs at the same time, >= 1
  bool fresh = false;                ///< first delete the folders of all runs
};

/// A run that did not complete and was not stopped.
struct FailedRun {
  std::string name;
  std::string reason;  ///< how it ended and the last line that it printed
  std::filesystem::path console_log;
};

/// The outcome of each run; every list is in the order of the plan.
struct SweepOutcome {
  std::vector<std::string> complete;           ///< names of runs that were completed now
  std::vector<std::string> skipped;            ///< names of runs that were complete before
  std::vector<FailedRun> failed;               ///< each has been logged once, when it failed
  std::vector<std::string> stopped;            ///< names of runs that stopped on request
  std::vector<std::string> not_started;        ///< names of runs not started before a stop
  std::vector<std::filesystem::path> folders;  ///< of all complete runs, including skipped
};

/// Starts each planned run as a separate process, which gets the path of RUN/run.yaml and whose
/// output goes to RUN/console.log. Complete runs are skipped and partial ones resumed; a failed run
/// does not stop the others. Throws Error before any run starts if a folder contains a run with
/// another configuration (see run_state). With several slots the CPU cores are divided among them
/// by OMP_NUM_THREADS, unless that is already set. If a stop is requested (core/stop_signal.h),
/// running runs get SIGTERM and are waited for. Shows the progress of each run from its
/// RUN/status.json (core/status_file.h), and the time left for all.
SweepOutcome run_sweep(const std::vector<PlannedRun>& runs, const ExecutorOptions& options);

/// "1 complete, 3 complete before, 0 failed", then ", 2 stopped" and ", 4 not started" if there are
/// any.
std::string outcome_text(const SweepOutcome& outcome);

}  // namespace lamina
