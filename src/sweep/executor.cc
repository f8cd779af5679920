#include "lamina/sweep/executor.h"

#include <sched.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

#include "lamina/core/error.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/log.h"
#include "lamina/core/process.h"
#include "lamina/core/status_file.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/record/run_folder.h"
#include "lamina/sweep/progress.h"
#include "lamina/sweep/run_state.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(150);

/// The cores available to this process, which a batch system may restrict.
std::int64_t num_cores() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) == 0) return CPU_COUNT(&cores);
  return std::max(1u, std::thread::hardware_concurrency());
}

/// Divides the cores among the slots, unless the user has set the number of threads.
std::vector<std::string> child_environment(std::int64_t slots) {
  if (slots == 1 || std::getenv("OMP_NUM_THREADS") != nullptr) return {};
  const std::int64_t threads = std::max(std::int64_t{1}, num_cores() / slots);
  return {fmt::format("OMP_NUM_THREADS={}", threads)};
}

/// A run's folder just before its process was started: differences come from the process.
struct FolderSnapshot {
  std::int64_t console_bytes = 0;
  fs::file_time_type status_written = fs::file_time_type::min();
};

fs::path console_log(const PlannedRun& run) { return RunFolder(run.folder).console_log(); }
fs::path status_file(const PlannedRun& run) { return RunFolder(run.folder).status(); }

fs::file_time_type status_written(const PlannedRun& run) {
  std::error_code absent;  // then the minimum is returned
  return fs::last_write_time(status_file(run), absent);
}

FolderSnapshot snapshot_of(const PlannedRun& run) {
  std::error_code absent;
  const auto bytes = fs::file_size(console_log(run), absent);
  return {absent ? 0 : static_cast<std::int64_t>(bytes), status_written(run)};
}

/// A run whose process has not been seen to end.
struct Running {
  std::size_t index;
  FolderSnapshot before;
  Child child;
  double start_seconds = monotonic_seconds();
};

/// One call of run_sweep.
class Executor {
 public:
  Executor(const std::vector<PlannedRun>& runs, const ExecutorOptions& options)
      : runs_(runs), options_(options), ends_(runs.size(), End::kPending), reasons_(runs.size()) {}

  SweepOutcome run() {
    prepare();
    for (fill_slots(); !running_.empty(); fill_slots()) {
      forward_stop();
      if (!collect_ended()) {
        show_progress();
        std::this_thread::sleep_for(kPollInterval);
      }
    }
    return outcome();
  }

 private:
  enum class End { kPending, kComplete, kSkipped, kFailed, kStopped };

  void prepare() {
    if (options_.fresh) {
      for (const PlannedRun& run : runs_) fs::remove_all(run.folder);
    }
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (run_state(runs_[i]) == RunState::kComplete) ends_[i] = End::kSkipped;
    }
    // In a second loop: nothing is written if one of the folders is rejected.
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (ends_[i] == End::kSkipped) {
        finished_seconds_.push_back(complete_record(runs_[i]).wall_seconds);
      }
    }
    const auto num_skipped = std::ranges::count(ends_, End::kSkipped);
    if (num_skipped > 0) log_info("{} of {} runs are already complete", num_skipped, runs_.size());
  }

  /// Starts runs in the order of the plan until all slots are used, or none after a stop.
  void fill_slots() {
    while (std::ssize(running_) < options_.slots && next_ < runs_.size() && !stop_requested()) {
      if (ends_[next_] == End::kPending) start(next_);
      ++next_;
    }
  }

  void start(std::size_t index) {
    const PlannedRun& run = runs_[index];
    note(fmt::format("[{}/{}] {}: started", index + 1, runs_.size(), run.name));
    write_run_config(run);
    ChildOptions child{options_.command, child_environment(options_.slots), console_log(run)};
    child.arguments.push_back(RunFolder(run.folder).planned_config().string());
    running_.push_back({index, snapshot_of(run), Child(child)});
  }

  /// Once per sweep: a second SIGTERM would not stop a run sooner.
  void forward_stop() {
    if (!stop_requested() || stop_forwarded_) return;
    stop_forwarded_ = true;
    note(fmt::format("{}: waiting for {} runs to stop", stop_signal_name(), running_.size()));
    for (const Running& running : running_) running.child.signal(SIGTERM);
  }

  /// True if a slot was freed.
  bool collect_ended() {
    std::vector<Running> still_running;
    for (Running& running : running_) {
      if (const std::optional<int> exit_status = running.child.poll()) {
        finish(running, *exit_status);
      } else {
        still_running.push_back(std::move(running));
      }
    }
    std::swap(running_, still_running);
    return running_.size() < still_running.size();
  }

  /// A run that stops on request exits with status 75. During a stop, a run that does not handle
  /// the signals yet is killed by them.
  static bool was_stopped(int exit_status) {
    const bool by_signal = exit_status == 128 + SIGTERM || exit_status == 128 + SIGINT ||
                           exit_status == 128 + SIGUSR1 || exit_status == 128 + SIGUSR2;
    return exit_status == kExitStopped || (by_signal && stop_requested());
  }

  void finish(const Running& running, int exit_status) {
    const PlannedRun& run = runs_[running.index];
    if (was_stopped(exit_status)) {
      ends_[running.index] = End::kStopped;
      note(run.name + ": stopped on request");
    } else if (exit_status != kExitGood) {
      const std::string line = last_log_line(console_log(run), running.before.console_bytes);
      fail(running.index, exit_text(exit_status) + ": " + (line.empty() ? "no output" : line));
    } else {
      finish_good(running.index);
    }
  }

  /// An exit status of 0 counts only with a valid record.
  void finish_good(std::size_t index) {
    try {
      const RunRecord record = complete_record(runs_[index]);
      note(runs_[index].name + ": " + result_text(record));
      finished_seconds_.push_back(record.wall_seconds);
      ends_[index] = End::kComplete;
    } catch (const Error& error) {
      fail(index, error.what());
    }
  }

  void fail(std::size_t index, const std::string& reason) {
    ends_[index] = End::kFailed;
    reasons_[index] = reason;
    lines_.clear();
    log_warning("{}: failed: {}; see {}", runs_[index].name, reason,
                console_log(runs_[index]).string());
  }

  void note(const std::string& line) {
    lines_.clear();
    log_info_line(line);
  }

  void show_progress() {
    std::vector<std::string> lines;
    SweepTimes times{.finished_seconds = finished_seconds_, .slots = options_.slots};
    for (const Running& running : running_) {
      const ProcessStatus status = status_of(running);
      lines.push_back(fmt::format("[{}/{}] {}  {}", running.index + 1, runs_.size(),
                                  runs_[running.index].name, status.text));
      times.running.push_back({monotonic_seconds() - running.start_seconds, status.seconds_left});
    }
    times.num_waiting =
        std::count(ends_.begin(), ends_.end(), End::kPending) - std::ssize(running_);
    if (const auto left = sweep_seconds_left(times); left && runs_.size() > 1) {
      lines.push_back(fmt::format("sweep: {} of {} runs ended, about {} left", num_ended(),
                                  runs_.size(), readable_seconds(*left)));
    }
    lines_.show(lines);
  }

  std::int64_t num_ended() const {
    return std::ssize(ends_) - std::count(ends_.begin(), ends_.end(), End::kPending);
  }

  /// The status that the run reports, otherwise the last line that it printed.
  ProcessStatus status_of(const Running& running) const {
    const PlannedRun& run = runs_[running.index];
    if (status_written(run) != running.before.status_written) {
      if (auto status = read_status(status_file(run))) return *std::move(status);
    }
    const std::string line = last_log_line(console_log(run), running.before.console_bytes);
    return {line.empty() ? "starting" : line, {}};
  }

  SweepOutcome outcome() {
    lines_.clear();
    SweepOutcome outcome;
    for (std::size_t i = 0; i < runs_.size(); ++i) add_to(outcome, i);
    return outcome;
  }

  void add_to(SweepOutcome& outcome, std::size_t index) const {
    const PlannedRun& run = runs_[index];
    switch (ends_[index]) {
      case End::kPending:
        outcome.not_started.push_back(run.name);
        return;
      case End::kStopped:
        outcome.stopped.push_back(run.name);
        return;
      case End::kFailed:
        outcome.failed.push_back({run.name, reasons_[index], console_log(run)});
        return;
      case End::kComplete:
        outcome.complete.push_back(run.name);
        break;
      case End::kSkipped:
        outcome.skipped.push_back(run.name);
        break;
    }
    outcome.folders.push_back(run.folder);
  }

  const std::vector<PlannedRun>& runs_;
  const ExecutorOptions& options_;
  std::vector<End> ends_;
  std::vector<std::string> reasons_;  ///< of the failed ones
  std::vector<Running> running_;
  std::vector<double> finished_seconds_;  ///< of the complete runs
  std::size_t next_ = 0;
  bool stop_forwarded_ = false;
  LiveLines lines_;
};

}  // namespace

SweepOutcome run_sweep(const std::vector<PlannedRun>& runs, const ExecutorOptions& options) {
  if (options.slots < 1) {
    throw UsageError(fmt::format("slots: got {}; expected an integer >= 1", options.slots));
  }
  return Executor(runs, options).run();
}

std::string outcome_text(const SweepOutcome& outcome) {
  std::string text =
      fmt::format("{} complete, {} complete before, {} failed", outcome.complete.size(),
                  outcome.skipped.size(), outcome.failed.size());
  if (!outcome.stopped.empty()) text += fmt::format(", {} stopped", outcome.stopped.size());
  if (!outcome.not_started.empty()) {
    text += fmt::format(", {} not started", outcome.not_started.size());
  }
  return text;
}

}  // namespace lamina
