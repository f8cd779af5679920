#include "lamina/run/chosen_checkpoint.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>

#include "lamina/config/load.h"
#include "lamina/config/reader.h"
#include "lamina/core/error.h"
#include "lamina/model/config_json.h"
#include "lamina/record/run_folder.h"
#include "lamina/text/tokenizer.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

using Overrides = std::span<const std::string>;

Node tree_of(Overrides overrides) {
  Node root;
  root.kind = Node::Kind::kMap;
  apply_overrides(root, overrides);
  return root;
}

bool is_set(const Node& root, const char* section, const char* key) {
  const Node* node = root.find(section);
  return node != nullptr && node->find(key) != nullptr;
}

/// What can be said of a checkpoint whose model is known.
struct CheckpointSettings {
  DataSettings data;
  TrainSettings train;
  EvaluationSettings evaluation;

  template <class Visitor>
  void visit(Visitor& v) {
    v.section("data", data, "");
    v.section("train", train, "");
    v.section("evaluation", evaluation, "");
  }
};

ChosenCheckpoint lone_checkpoint(const fs::path& folder, Overrides overrides) {
  const Node root = tree_of(overrides);
  if (root.find("model") != nullptr) {
    throw UsageError(
        fmt::format("model: {} says what the model is", (folder / "config.json").string()));
  }
  CheckpointSettings settings;
  read_settings(root, settings);
  if (!is_set(root, "data", "tokenizer")) settings.data.tokenizer = folder.string();
  ChosenCheckpoint chosen{{}, {}, folder};
  chosen.run.settings.data = settings.data;
  chosen.run.settings.train = settings.train;
  chosen.run.settings.evaluation = settings.evaluation;
  chosen.run.spec = read_config_json(folder);
  return chosen;
}

ChosenCheckpoint checkpoint_of_run(const fs::path& config, const fs::path& run_folder,
                                   const fs::path& named, Overrides overrides) {
  ChosenCheckpoint chosen{load_run(config, overrides), run_folder, named};
  if (run_folder.empty()) chosen.run_folder = chosen.run.settings.folder();
  if (named.empty()) chosen.folder = RunFolder(chosen.run_folder).newest_checkpoint();
  if (const auto own = tokenizer_file_in(chosen.folder);
      !own.empty() && !is_overridden(overrides, "data", "tokenizer")) {
    chosen.run.settings.data.tokenizer = own.string();
  }
  return chosen;
}

ChosenCheckpoint find_checkpoint(const fs::path& place, const fs::path& named,
                                 Overrides overrides) {
  if (!fs::is_directory(place)) return checkpoint_of_run(place, {}, named, overrides);
  if (const fs::path config = RunFolder(place).config(); fs::exists(config)) {
    return checkpoint_of_run(config, place, named, overrides);
  }
  const RunFolder run(fs::weakly_canonical(place).parent_path().parent_path());
  if (fs::exists(run.config()) && fs::exists(place / "state.json")) {
    return checkpoint_of_run(run.config(), run.path(), named.empty() ? place : named, overrides);
  }
  ChosenCheckpoint chosen = lone_checkpoint(place, overrides);
  if (!named.empty()) chosen.folder = named;
  return chosen;
}

}  // namespace

bool is_overridden(Overrides overrides, const char* section, const char* key) {
  return is_set(tree_of(overrides), section, key);
}

void allow_overrides(Overrides overrides, std::span<const char* const> keys, const char* command) {
  for (const std::string& assignment : overrides) {
    const std::string key = assignment.substr(0, assignment.find('='));
    if (std::ranges::find(keys, key) != keys.end()) continue;
    throw UsageError(fmt::format("command line: {}: changes nothing in {}; allowed are {}",
                                 assignment, command, fmt::join(keys, ", ")));
  }
}

ChosenCheckpoint choose_checkpoint(const fs::path& place, const fs::path& named,
                                   Overrides overrides) {
  ChosenCheckpoint chosen = find_checkpoint(place, named, overrides);
  resolve_precision(chosen.run, chosen.run_folder);
  return chosen;
}

}  // namespace lamina
