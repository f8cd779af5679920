#include "lamina/train/metrics_log.h"

#include "lamina/core/files.h"
#include "lamina/core/live_lines.h"

namespace lamina {
namespace {

/// Removes the lines after `step`; returns the file.
const std::filesystem::path& cut_after(const std::filesystem::path& file, std::int64_t step) {
  std::string kept;
  for (const Json& line : read_json_lines(file)) {
    if (line.value("step", std::int64_t{0}) <= step) kept += line.dump() + "\n";
  }
  write_file_atomically(file, kept);
  return file;
}

}  // namespace

MetricsLog::MetricsLog(const std::filesystem::path& file, std::int64_t resumed_step,
                       const Rates& rates)
    : writer_(cut_after(file, resumed_step)),
      rates_(rates),
      line_start_seconds_(monotonic_seconds()) {}

std::optional<Json> MetricsLog::add_step(const TrainingState& state, const StepResult& result,
                                         std::int64_t memory_bytes) {
  ++num_steps_in_line_;
  if (state.step % rates_.log_every_steps != 0 && state.step != rates_.num_steps)
    return std::nullopt;

  const double now = monotonic_seconds();
  const double seconds = now - line_start_seconds_;
  training_seconds_ += seconds;
  num_steps_timed_ += num_steps_in_line_;
  const double rate = static_cast<double>(num_steps_in_line_ * rates_.tokens_per_step) / seconds;
  const auto steps_left = static_cast<double>(rates_.num_steps - state.step);
  const Json line{{"step", state.step},
                  {"num_steps", rates_.num_steps},
                  {"tokens", state.tokens},
                  {"loss", result.loss},
                  {"gradient_norm", result.gradient_norm},
                  {"learning_rate", result.learning_rate},
                  {"tokens_per_second", rate},
                  {"mfu", rate * rates_.flops_per_token / rates_.peak_flops},
                  {"memory_bytes", memory_bytes},
                  {"skipped", state.skipped_steps},
                  {"seconds_left",
                   steps_left * static_cast<double>(rates_.tokens_per_step) / tokens_per_second()}};
  writer_.write(line);
  line_start_seconds_ = now;  // the next line covers the steps from here on
  num_steps_in_line_ = 0;
  return line;
}

void MetricsLog::add_validation(const TrainingState& state, const Json& fields) {
  Json line{{"step", state.step}, {"tokens", state.tokens}};
  line.update(fields);
  writer_.write(line);
  line_start_seconds_ = monotonic_seconds();
}

double MetricsLog::tokens_per_second() const {
  if (training_seconds_ == 0) return 0;
  return static_cast<double>(num_steps_timed_ * rates_.tokens_per_step) / training_seconds_;
}

}  // namespace lamina
