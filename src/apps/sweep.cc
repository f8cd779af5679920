#include <spdlog/fmt/fmt.h>

#include <cstdio>

#include "apps/command.h"
#include "apps/results.h"
#include "lamina/config/help.h"
#include "lamina/config/load.h"
#include "lamina/core/error.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/log.h"
#include "lamina/core/process.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/record/run_folder.h"
#include "lamina/run/precision.h"
#include "lamina/run/run_settings.h"
#include "lamina/sweep/executor.h"
#include "lamina/sweep/plan.h"
#include "lamina/sweep/run_state.h"

namespace lamina {
namespace {

struct SweepArguments {
  std::string config;
  std::vector<std::string> overrides;
  bool json = false;
  bool fresh = false;
  bool dry_run = false;
};

/// Resolves every configuration before the first run starts, so that a design that does not fit is
/// reported at once.
void check_models(const std::vector<PlannedRun>& runs) {
  for (const PlannedRun& run : runs) {
    try {
      resolve_run(run.config);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("run {}: {}", run.name, error.what()));
    }
  }
}

/// What train.precision: auto means for all runs: what an earlier call of the sweep chose, or what
/// suits this machine. Runs on unlike machines are of one precision so.
class SweepPrecision {
 public:
  SweepPrecision(const std::vector<PlannedRun>& runs, bool fresh) {
    for (const PlannedRun& run : runs) {
      if (!fresh && !begun_) begun_ = saved_precision(RunFolder(run.folder).planned_config());
    }
  }

  void complete(RunSettings& settings) {
    if (settings.train.precision != Precision::kAuto) return;
    if (!choice_) {
      choice_ = begun_ ? PrecisionChoice{*begun_, "as the sweep began"}
                       : choose_precision(settings.train);
      log_info("precision {}: {}", enum_name(choice_->precision), choice_->reason);
    }
    settings.train.precision = choice_->precision;
  }

 private:
  std::optional<Precision> begun_;
  std::optional<PrecisionChoice> choice_;
};

void print_plan(const std::vector<PlannedRun>& runs) {
  for (const PlannedRun& run : runs) fmt::print("{}\n", run.folder.string());
}

/// The table and figure of the runs that are complete, unless none is.
void report(const SweepOutcome& outcome, const SweepSettings& settings, TableFormat format) {
  if (outcome.folders.empty()) return;
  const auto records = find_records(outcome.folders);
  const auto folder = std::filesystem::path(settings.output) / settings.name;
  print_table(records, format, TableOptions{});
  write_results(records, folder);
  log_info(
      "table and figure: {}/{{table.md, table.csv, table.html, table.tex, pareto.png, pareto.svg}}",
      folder.string());
}

int exit_status_of(const SweepOutcome& outcome) {
  if (!outcome.stopped.empty() || !outcome.not_started.empty()) return kExitStopped;
  return outcome.failed.empty() ? kExitGood : kExitFailed;
}

int sweep(const SweepArguments& arguments) {
  watch_stop_signals();
  const double start_seconds = monotonic_seconds();
  const Node file = load_config(arguments.config, arguments.overrides);
  const SweepSettings settings = read_sweep_settings(file);
  std::vector<PlannedRun> runs = plan_runs(file);
  SweepPrecision precision(runs, arguments.fresh);
  resolve_runs<RunSettings>(runs, [&](RunSettings& run) { precision.complete(run); });
  check_models(runs);
  if (arguments.dry_run) {
    print_plan(runs);
    return kExitGood;
  }
  ExecutorOptions options;
  options.command = {this_program().string(), "train"};
  options.slots = settings.slots;
  options.fresh = arguments.fresh;
  const SweepOutcome outcome = run_sweep(runs, options);
  // First, so that no failure of a table hides what became of the runs.
  log_info("{}, in {}", outcome_text(outcome),
           readable_seconds(monotonic_seconds() - start_seconds));
  report(outcome, settings, arguments.json ? TableFormat::kJson : TableFormat::kMarkdown);
  return exit_status_of(outcome);
}

}  // namespace

void add_sweep(CLI::App& program, Action& action) {
  CLI::App* command = program.add_subcommand(
      "sweep", "expands a sweep file into runs, runs them, prints the table");
  const auto arguments = std::make_shared<SweepArguments>();
  command
      ->add_option("config", arguments->config,
                   "sweep file: a configuration with a section `sweep`")
      ->required();
  command->add_option("overrides", arguments->overrides, "key.path=value, laid over the file");
  command->add_flag("--json", arguments->json, "the table as one JSON object on standard output");
  command->add_flag("--fresh", arguments->fresh,
                    "discard what the runs' folders hold, and start again");
  command->add_flag("--dry-run", arguments->dry_run, "print the runs' folders and stop");
  command->footer([] {
    return "Settings of the sweep, with their defaults:\n" + sweep_settings_help() +
           "\nSettings of each run, with their defaults:\n" + settings_help(RunSettings{});
  });
  command->callback([=, &action] { action = [=] { return sweep(*arguments); }; });
}

}  // namespace lamina
