#include "lamina/sweep/run_state.h"

#include <spdlog/fmt/fmt.h>

#include <vector>

#include "lamina/config/difference.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRecord = "result.json";

/// What decides the run's result.
Node deciding_part(Node config) {
  std::erase_if(config.entries,
                [](const Entry& e) { return e.key == "name" || e.key == "output"; });
  return config;
}

void check_same_configuration(const PlannedRun& run) {
  const fs::path file = run.folder / kRunConfig;
  const Node made = deciding_part(parse_yaml(read_file(file), file.string()));
  const auto difference = first_difference(made, deciding_part(run.config));
  if (!difference) return;
  throw Error(
      fmt::format("{}: holds a run of another configuration: {}; give the sweep another "
                  "name, or discard the old runs with --fresh",
                  run.folder.string(), difference->text()));
}

}  // namespace

RunState run_state(const PlannedRun& run) {
  if (fs::exists(run.folder / kRunConfig)) {
    check_same_configuration(run);
    return fs::exists(run.folder / kRecord) ? RunState::kComplete : RunState::kPartial;
  }
  if (fs::exists(run.folder / "config.yaml") || fs::exists(run.folder / kRecord)) {
    throw Error(
        fmt::format("{}: holds a run that no sweep started; give the sweep another name, "
                    "or discard it with --fresh",
                    run.folder.string()));
  }
  return RunState::kNew;
}

void write_run_config(const PlannedRun& run) {
  write_file_atomically(run.folder / kRunConfig, to_yaml(run.config));
}

Json complete_record(const PlannedRun& run) {
  const fs::path file = run.folder / kRecord;
  if (!fs::exists(file)) throw Error(fmt::format("{}: is missing", file.string()));
  Json record = read_json(file);
  if (!record.is_object()) throw Error(fmt::format("{}: is no JSON object", file.string()));
  if (record.value("settings", Json::object()) == run.settings) return record;
  record["settings"] = run.settings;
  write_file_atomically(file, record.dump(2) + "\n");
  return record;
}

}  // namespace lamina
