#include "run_display.h"

#include <ATen/Parallel.h>
#include <spdlog/fmt/fmt.h>

#include "lamina/core/log.h"
#include "lamina/core/units.h"
#include "lamina/design/cost.h"
#include "lamina/train/hardware.h"
#include "lamina/train/slow_step.h"

namespace lamina {
namespace {

constexpr double kSecondsBetweenShows = 0.5;

std::int64_t tokens_per_step(const Run& run) {
  return run.settings.train.batch_sequences * run.settings.data.sequence_length;
}

std::int64_t count_steps(const Run& run) {
  return (run.settings.train.tokens + tokens_per_step(run) - 1) / tokens_per_step(run);
}

/// What one process computes of a step.
double flops_per_step(const Run& run, int num_ranks) {
  return static_cast<double>(tokens_per_step(run)) / num_ranks *
         training_flops_per_token(run.spec, run.settings.data.sequence_length);
}

}  // namespace

void announce(const Run& run, const Placement& placement, int num_ranks) {
  const std::string ranks = num_ranks == 1 ? "" : fmt::format("{} ranks of ", num_ranks);
  log_info("{}: {} parameters, {} on {}, {}{} threads, {} steps of {} tokens, {} KV bytes/token",
           run.spec.design, readable_count(static_cast<double>(count_parameters(run.spec).total())),
           enum_name(run.settings.train.precision), describe_hardware(placement).name, ranks,
           at::get_num_threads(), grouped(count_steps(run)), grouped(tokens_per_step(run)),
           grouped(kv_bytes_per_token(run.spec)));
  log_info("precision {}: {}", enum_name(run.settings.train.precision), run.precision_reason);
}

RunDisplay::RunDisplay(const Run& run, const Placement& placement, int num_ranks)
    : run_(run), placement_(placement), num_ranks_(num_ranks) {}

void RunDisplay::keep_status_in(const std::filesystem::path& file) {
  status_.reset();
  status_.emplace(file);
}

void RunDisplay::begin(const std::string& phase) {
  clear();
  write_status({phase, {}});
}

void RunDisplay::show(const std::string& text, std::optional<double> seconds_left) {
  live_.show({text});
  write_status({text, seconds_left});
  shown_seconds_ = monotonic_seconds();
}

void RunDisplay::begin_training(std::int64_t num_steps, std::int64_t first_step) {
  progress_.emplace(num_steps, first_step);
  show(progress_->text());
}

void RunDisplay::start_step() { progress_->start_step(monotonic_seconds()); }
void RunDisplay::end_step() { progress_->end_step(monotonic_seconds()); }

void RunDisplay::end_micro_batch(std::int64_t done, std::int64_t count) {
  if (!told_expected_time_) synchronize(placement_);
  const double now = monotonic_seconds();
  progress_->end_micro_batch(done, count, now);
  tell_expected_time();
  if (now - shown_seconds_ < kSecondsBetweenShows) return;
  const double left = *progress_->seconds_left(now);
  show(fmt::format("{}{}  {} left", progress_->text(), newest_metrics_, readable_seconds(left)),
       left);
}

void RunDisplay::note_metrics(const Json& line) {
  newest_metrics_ =
      fmt::format("  loss {}  {} tokens/s", measured_number(line.at("loss").get<double>(), 3),
                  readable_count(line.at("tokens_per_second").get<double>()));
}

/// After the first micro-batch; that steps are slow then, or once it shows.
void RunDisplay::tell_expected_time() {
  const double seconds = *progress_->seconds_per_step();
  if (!told_expected_time_) {
    clear();
    const double left = *progress_->seconds_left(monotonic_seconds());
    log_info("about {} a step and {} for the run, by the first micro-batch",
             seconds < 10 ? fmt::format("{:.2g} s", seconds) : readable_seconds(seconds),
             readable_seconds(left));
    told_expected_time_ = true;
  }
  if (seconds > kSlowStepSeconds && !warned_of_slow_step_) warn_of_slow_step(seconds);
}

void RunDisplay::warn_of_slow_step(double step_seconds) {
  StepConditions conditions = look_at_conditions(placement_, flops_per_step(run_, num_ranks_));
  conditions.step_seconds = step_seconds;
  conditions.num_threads *= run_.settings.train.local_ranks;
  clear();
  log_warning("{}", slow_step_text(conditions));
  warned_of_slow_step_ = true;
}

}  // namespace lamina
