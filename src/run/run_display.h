#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "lamina/core/json_lines.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/status_file.h"
#include "lamina/nn/parameters.h"
#include "lamina/run/run_settings.h"
#include "lamina/train/run_progress.h"

namespace lamina {

/// The first lines of a run, before anything that takes long: what is trained, on what, how long.
void announce(const Run& run, const Placement& placement, int num_ranks);

/// What a run shows while it goes: a live line on a terminal, its status file, and once each the
/// expected time and why steps are slow. Only rank 0 has one.
class RunDisplay {
 public:
  RunDisplay(const Run& run, const Placement& placement, int num_ranks);

  /// What the run does is written to this file from now on; its folder exists.
  void keep_status_in(const std::filesystem::path& file);

  /// The run begins something other than a step, which may print lines of its own.
  void begin(const std::string& phase);

  /// Before anything else is printed.
  void clear() { live_.clear(); }

  /// Steps [first_step, num_steps) follow.
  void begin_training(std::int64_t num_steps, std::int64_t first_step);
  void start_step();
  void end_micro_batch(std::int64_t done, std::int64_t count);
  void end_step();

  /// The newest line of metrics, whose loss and speed are shown from now on.
  void note_metrics(const Json& line);

 private:
  void show(const std::string& text, std::optional<double> seconds_left = {});
  void tell_expected_time();
  void warn_of_slow_step(double step_seconds);

  const Run& run_;
  const Placement& placement_;
  int num_ranks_;
  std::optional<StatusFile> status_;
  std::optional<RunProgress> progress_;
  bool told_expected_time_ = false, warned_of_slow_step_ = false;
  double shown_seconds_ = 0;
  std::string newest_metrics_;
  LiveLines live_;
};

}  // namespace lamina
