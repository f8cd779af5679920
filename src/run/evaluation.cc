#include "lamina/run/evaluation.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <set>

#include "lamina/config/writer.h"
#include "lamina/core/error.h"
#include "lamina/core/hash.h"
#include "lamina/core/log.h"
#include "lamina/dist/agreement.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"
#include "lamina/record/run_folder.h"
#include "lamina/record/run_lock.h"
#include "lamina/record/run_record.h"
#include "lamina/run/run_context.h"
#include "lamina/run/scorer.h"
#include "lamina/train/checkpoint.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// Tensors of the right shapes are not enough: rope_theta and its like show in none.
void check_same_model(const fs::path& checkpoint, const ModelSpec& spec) {
  const Json found = config_json(read_config_json(checkpoint)), expected = config_json(spec);
  for (const auto& [key, value] : expected.items()) {
    if (key == "initializer_range" || key == "max_position_embeddings") continue;
    if (found.value(key, Json()) == value) continue;
    throw Error(fmt::format("{}: {} is {}, but the configuration's model has {}",
                            (checkpoint / "config.json").string(), key,
                            found.value(key, Json()).dump(), value.dump()));
  }
}

/// What identifies the weights of a checkpoint and how they are read; `known` has the hashes of
/// files that were read for theirs already.
std::string weights_hash(const fs::path& checkpoint, const FileHashes& known) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(checkpoint)) {
    const std::string name = entry.path().filename();
    const bool is_model = name == "config.json" || entry.path().extension() == ".safetensors";
    if (is_model && !name.starts_with("optimizer.")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Hasher hasher;
  for (const fs::path& file : files) {
    const auto found = known.find(file.filename().string());
    hasher.add(file.filename().string())
        .add(found == known.end() ? hash_file(file) : found->second);
  }
  return hasher.hex();
}

/// A checkpoint can be scored on tasks alone.
PreparedData prepare_for_scoring(const DataSettings& settings, const ProcessGroup& group) {
  if (settings.train.empty() && settings.validation.empty()) return {};
  return prepare_data(settings, group);
}

/// A checkpoint of lamina was trained with the tokenizer that it contains. The tokenizer next to
/// other weights may be the same one in another file format, so a difference is only a warning.
void check_same_tokenizer(const fs::path& checkpoint, const Scorer& scorer) {
  const fs::path own = tokenizer_file_in(checkpoint);
  if (own.empty()) return;
  const std::string hash = make_tokenizer(own.string())->hash();
  if (hash == scorer.tokenizer().hash()) return;
  if (!fs::exists(checkpoint / "state.json")) {
    log_warning("data.tokenizer is {}, but {} is next to the weights", scorer.tokenizer_name(),
                own.string());
    return;
  }
  throw SettingError("data.tokenizer",
                     fmt::format("is now {}, but the model was trained with {} ({})",
                                 scorer.tokenizer_name(), own.string(), hash.substr(0, 8)));
}

/// Which files the scores are made of.
void log_what_is_read(const fs::path& checkpoint, const Scorer& scorer) {
  log_info("weights: {}", weights_file(checkpoint).string());
  log_info("tokenizer: {}", scorer.tokenizer_name());
  for (const std::string& line : scorer.files_read()) log_info("{}", line);
}

/// The value as YAML has it after its key.
std::string value_text(const Entry& entry) {
  Node map;
  map.kind = Node::Kind::kMap;
  map.entries.push_back(entry);
  const std::string line = to_yaml(map).substr(entry.key.size() + 2);
  return line.substr(0, line.find_last_not_of('\n') + 1);
}

/// The settings that scores depend on, by their keys.
std::map<std::string, std::string> what_scores_depend_on(const RunSettings& settings) {
  std::map<std::string, std::string> values{
      {"train.precision", enum_name(settings.train.precision)}};
  const auto add = [&](const std::string& section, const Node& node,
                       const std::set<std::string>& other_keys) {
    for (const Entry& entry : node.entries) {
      if (!other_keys.contains(entry.key)) values[section + entry.key] = value_text(entry);
    }
  };
  add("evaluation.", settings_node(settings.evaluation),
      {"tasks", "num_fewshot", "data_dir", "cache", "batch_tokens", "every_steps"});
  add("data.", settings_node(settings.data), {"tokenizer", "cache"});
  return values;
}

/// Scores of a task that is there already are replaced.
void merge_tasks(const TaskMetrics& scored, TaskMetrics& tasks) {
  for (const auto& [task, metrics] : scored) {
    const auto found = std::ranges::find(tasks, task, &TaskMetrics::value_type::first);
    if (found == tasks.end()) {
      tasks.emplace_back(task, metrics);
    } else {
      found->second = metrics;
    }
  }
}

}  // namespace

Json evaluate_checkpoint(const ChosenCheckpoint& chosen) {
  const RunSettings& settings = chosen.run.settings;
  const fs::path& checkpoint = chosen.folder;
  auto tasks = before_joining([&] { return load_tasks(settings.evaluation); });
  RunContext context(chosen.run);
  check_same_model(checkpoint, chosen.run.spec);
  const FileHashes hashes = check_checkpoint(checkpoint);
  read_weights(checkpoint, context.model);
  if (context.group.is_first()) {
    log_info("scoring {} in {}: {}", checkpoint.string(), enum_name(settings.train.precision),
             chosen.run.precision_reason);
  }
  const Scorer scorer(settings, chosen.run.spec, prepare_for_scoring(settings.data, context.group),
                      std::move(tasks));
  check_same_tokenizer(checkpoint, scorer);
  if (context.group.is_first()) log_what_is_read(checkpoint, scorer);
  const std::string weights = weights_hash(checkpoint, hashes);
  require_agreement(context.group, {{"hash of the weights", weights},
                                    {"hash of the tokenizer", scorer.tokenizer().hash()}});
  const Json scores = scorer.all(context.model, context.group, weights);
  return context.group.is_first() ? scores : Json();
}

/// The record speaks of the run's last weights, scored as its configuration says.
void check_recordable(const ChosenCheckpoint& chosen) {
  if (!chosen.is_of_run()) throw UsageError("--record: the checkpoint belongs to no run");
  const RunFolder folder(chosen.run_folder);
  if (!folder.is_complete()) {
    throw UsageError(fmt::format("--record: {} has no result.json yet; run it to completion first",
                                 chosen.run_folder.string()));
  }
  if (!fs::equivalent(chosen.folder, folder.newest_checkpoint())) {
    throw UsageError(
        fmt::format("--record: {} is not the run's last checkpoint", chosen.folder.string()));
  }
  const Run trained = load_run(folder.config(), {});
  const auto before = what_scores_depend_on(trained.settings);
  for (const auto& [key, value] : what_scores_depend_on(chosen.run.settings)) {
    const auto found = before.find(key);
    const std::string was = found == before.end() ? "unset" : found->second;
    if (value != was) {
      throw UsageError(fmt::format("--record: {} is {}, the run's is {}", key, value, was));
    }
  }
}

void add_to_record(const RunFolder& folder, const Json& scores) {
  const RunLock lock(folder.lock());
  RunRecord record = read_record(folder.record());
  merge_tasks(task_metrics_of(scores["tasks"]), record.tasks);
  merge_tasks(task_metrics_of(scores["task_parts"]), record.task_parts);
  write_record(folder.record(), record);
}

}  // namespace lamina
