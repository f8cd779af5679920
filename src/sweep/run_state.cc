#include "lamina/sweep/run_state.h"

#include <spdlog/fmt/fmt.h>

#include <vector>

#include "lamina/config/difference.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/record/deciding_part.h"
#include "lamina/record/run_folder.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// Compares run.yaml with the planned configuration. Throws Error naming the first difference.
void check_same_configuration(const PlannedRun& run) {
  const fs::path file = RunFolder(run.folder).planned_config();
  const Node started = deciding_part(parse_yaml(read_file(file), file.string()));
  const auto difference = first_difference(started, deciding_part(run.config));
  if (!difference) return;
  throw Error(fmt::format(
      "{}: contains a run with another configuration: {}; choose another name for the sweep, or "
      "discard the old runs with --fresh",
      run.folder.string(), difference->text()));
}

}  // namespace

RunState run_state(const PlannedRun& run) {
  const RunFolder folder(run.folder);
  if (fs::exists(folder.planned_config())) {
    check_same_configuration(run);
    return folder.is_complete() ? RunState::kComplete : RunState::kPartial;
  }
  if (fs::exists(folder.config()) || folder.is_complete()) {
    throw Error(fmt::format(
        "{}: contains a run that was not started by a sweep; choose another name for the "
        "sweep, or discard the run with --fresh",
        run.folder.string()));
  }
  return RunState::kNew;
}

void write_run_config(const PlannedRun& run) {
  write_file_atomically(RunFolder(run.folder).planned_config(), to_yaml(run.config));
}

RunRecord complete_record(const PlannedRun& run) {
  const RunFolder folder(run.folder);
  if (!folder.is_complete()) throw Error(fmt::format("{}: is missing", folder.record().string()));
  RunRecord record = read_record(folder.record());
  if (record.settings == run.settings) return record;
  record.settings = run.settings;
  write_record(folder.record(), record);
  return record;
}

}  // namespace lamina
