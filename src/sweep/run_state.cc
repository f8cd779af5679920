#include "lamina/sweep/run_state.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "node_json.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRecord = "result.json";

/// What decides the run's result; its keys sorted, so that their order makes no difference.
nlohmann::json deciding_part(const Node& config) {
  nlohmann::json part = json_of(config);
  if (!part.is_object()) part = nlohmann::json::object();  // an emptied file
  part.erase("name");
  part.erase("output");
  return part;
}

std::string value_at(const nlohmann::json& config, const nlohmann::json::json_pointer& key) {
  return config.contains(key) ? config.at(key).dump() : "nothing";
}

/// The first difference: "optimizer.learning_rate: 0.001 there, 0.002 planned".
std::string difference_text(const nlohmann::json& made, const nlohmann::json& planned) {
  std::string path = nlohmann::json::diff(made, planned).at(0).at("path");
  if (path.ends_with("/-")) path.resize(path.size() - 2);  // an item more: show the whole list
  const nlohmann::json::json_pointer key(path);
  std::string dotted = path.substr(1);
  std::ranges::replace(dotted, '/', '.');
  return fmt::format("{}: {} there, {} planned", dotted, value_at(made, key),
                     value_at(planned, key));
}

void check_same_configuration(const PlannedRun& run) {
  const fs::path file = run.folder / kRunConfig;
  const auto made = deciding_part(parse_yaml(read_file(file), file.string()));
  const auto planned = deciding_part(run.config);
  if (made == planned) return;
  throw Error(
      fmt::format("{}: holds a run of another configuration ({}); give the sweep another "
                  "name, or discard the old runs with --fresh",
                  run.folder.string(), difference_text(made, planned)));
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
