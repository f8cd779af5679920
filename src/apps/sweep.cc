#include <spdlog/fmt/fmt.h>

#include <cstdio>

#include "apps/command.h"
#include "apps/results.h"
#include "apps/run_settings.h"
#include "lamina/config/load.h"
#include "lamina/core/error.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/log.h"
#include "lamina/core/process.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/sweep/executor.h"
#include "lamina/sweep/plan.h"

namespace lamina {
namespace {

struct SweepArguments {
  std::string config;
  std::vector<std::string> overrides;
  bool json = false;
  bool fresh = false;
  bool dry_run = false;
};

/// Every model is settled before the first run starts: a design that does not fit shows at once.
void check_models(const std::vector<PlannedRun>& runs) {
  for (const PlannedRun& run : runs) {
    try {
      settle_run(run.config);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("run {}: {}", run.name, error.what()));
    }
  }
}

void print_plan(const std::vector<PlannedRun>& runs) {
  for (const PlannedRun& run : runs) fmt::print("{}\n", run.folder.string());
}

int report_failures(const SweepOutcome& outcome) {
  for (const FailedRun& run : outcome.failed) {
    log_warning("{} failed: {} (see {})", run.name, run.reason, run.console_log.string());
  }
  if (outcome.stopped) return kExitStopped;
  return outcome.failed.empty() ? kExitGood : kExitFailed;
}

int sweep(const SweepArguments& arguments) {
  const double start_seconds = monotonic_seconds();
  const Node file = load_config(arguments.config, arguments.overrides);
  const SweepSettings settings = read_sweep_settings(file);
  std::vector<PlannedRun> runs = plan_runs(file);
  resolve_runs<RunSettings>(runs);
  check_models(runs);
  if (arguments.dry_run) {
    print_plan(runs);
    return kExitGood;
  }
  watch_stop_signals();
  ExecutorOptions options;
  options.command = {this_program().string(), "train"};
  options.slots = settings.slots;
  options.fresh = arguments.fresh;
  const SweepOutcome outcome = run_sweep(runs, options);
  if (!outcome.folders.empty()) {
    const auto records = find_records(outcome.folders);
    const auto folder = std::filesystem::path(settings.output) / settings.name;
    print_table(records, arguments.json ? TableFormat::kJson : TableFormat::kMarkdown,
                TableOptions{});
    write_results(records, folder);
    log_info("table and figure: {}/{{table.md, table.csv, table.html, pareto.png, pareto.svg}}",
             folder.string());
  }
  log_info("{} complete, {} complete before, {} failed, in {}", outcome.complete.size(),
           outcome.skipped.size(), outcome.failed.size(),
           readable_seconds(monotonic_seconds() - start_seconds));
  return report_failures(outcome);
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
  command->callback([=, &action] { action = [=] { return sweep(*arguments); }; });
}

}  // namespace lamina
