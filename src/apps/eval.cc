#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "apps/chosen_checkpoint.h"
#include "apps/command.h"
#include "apps/score_text.h"
#include "apps/scoring.h"
#include "apps/training.h"
#include "lamina/config/writer.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "lamina/core/log.h"
#include "lamina/core/units.h"
#include "lamina/dist/agreement.h"
#include "lamina/dist/local_launch.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"
#include "lamina/train/checkpoint.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

struct EvalArguments {
  std::shared_ptr<ConfigArguments> config;
  std::string checkpoint;
  bool record = false;
};

/// A checkpoint by itself has no text of its own to be scored on.
ChosenCheckpoint find_scored_model(const EvalArguments& arguments) {
  const auto& overrides = arguments.config->overrides;
  ChosenCheckpoint chosen =
      choose_checkpoint(arguments.config->config, arguments.checkpoint, overrides);
  const bool has_text = chosen.is_of_run() || !chosen.run.settings.data.validation.empty();
  if (!has_text && !is_overridden(overrides, "evaluation", "tasks")) {
    throw UsageError("evaluation.tasks: names no task, and data.validation no text to score");
  }
  return chosen;
}

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
  return prepare_in_turn(settings, group);
}

/// One of our checkpoints was trained with the tokenizer that it keeps; beside another one, which
/// may be a copy in other words, a warning must do.
void check_same_tokenizer(const fs::path& checkpoint, const Scorer& scorer) {
  const fs::path own = tokenizer_file_in(checkpoint);
  if (own.empty()) return;
  const std::string hash = make_tokenizer(own.string())->hash();
  if (hash == scorer.tokenizer().hash()) return;
  if (!fs::exists(checkpoint / "state.json")) {
    log_warning("data.tokenizer is {}, but {} lies beside the weights", scorer.tokenizer_name(),
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

/// Adds the scores to the run's record, so that tables show them.
void add_to_record(const fs::path& run_folder, const Json& scores) {
  const fs::path path = run_folder / "result.json";
  Json record = read_json(path);
  for (const char* part : {"tasks", "task_parts"}) record[part].update(scores[part]);
  write_file_atomically(path, record.dump(2) + "\n");
}

int score(const EvalArguments& arguments, const ChosenCheckpoint& chosen) {
  const RunSettings& settings = chosen.run.settings;
  const fs::path& checkpoint = chosen.folder;
  auto tasks = before_joining([&] { return ask_tasks(settings.evaluation); });
  Workplace workplace(chosen.run);
  check_same_model(checkpoint, chosen.run.spec);
  const FileHashes hashes = check_checkpoint(checkpoint);
  read_weights(checkpoint, workplace.model);
  if (workplace.group.is_first()) {
    log_info("scoring {} in {}: {}", checkpoint.string(), enum_name(settings.train.precision),
             chosen.run.precision_reason);
  }
  const Scorer scorer(settings, chosen.run.spec,
                      prepare_for_scoring(settings.data, workplace.group), std::move(tasks));
  check_same_tokenizer(checkpoint, scorer);
  if (workplace.group.is_first()) log_what_is_read(checkpoint, scorer);
  const std::string weights = weights_hash(checkpoint, hashes);
  require_agreement(workplace.group, {{"hash of the weights", weights},
                                      {"hash of the tokenizer", scorer.tokenizer().hash()}});
  const Json scores = scorer.all(workplace.model, workplace.group, weights);
  if (!workplace.group.is_first()) return kExitGood;
  const Json flat = by_task(scores);
  std::fputs((arguments.config->json ? flat.dump() + "\n" : scores_text(flat)).c_str(), stdout);
  if (arguments.record) add_to_record(chosen.run_folder, scores);
  return kExitGood;
}

/// As it stands behind its key in YAML.
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

/// The record speaks of the run's last weights, scored as its configuration says.
void check_recordable(const ChosenCheckpoint& chosen) {
  if (!chosen.is_of_run()) throw UsageError("--record: the checkpoint belongs to no run");
  if (!fs::exists(chosen.run_folder / "result.json")) {
    throw UsageError(fmt::format("--record: {} has no result.json yet; train it to its end first",
                                 chosen.run_folder.string()));
  }
  if (!fs::equivalent(chosen.folder, newest_checkpoint(chosen.run_folder))) {
    throw UsageError(
        fmt::format("--record: {} is not the run's last checkpoint", chosen.folder.string()));
  }
  const Run trained = load_run(chosen.run_folder / "config.yaml", {});
  const auto before = what_scores_depend_on(trained.settings);
  for (const auto& [key, value] : what_scores_depend_on(chosen.run.settings)) {
    const auto found = before.find(key);
    const std::string was = found == before.end() ? "unset" : found->second;
    if (value != was) {
      throw UsageError(fmt::format("--record: {} is {}, the run's is {}", key, value, was));
    }
  }
}

int evaluate(const EvalArguments& arguments, const std::vector<std::string>& words) {
  const ChosenCheckpoint chosen = before_joining([&] {
    ChosenCheckpoint found = find_scored_model(arguments);
    if (arguments.record) check_recordable(found);
    return found;
  });
  const auto num_ranks = static_cast<int>(chosen.run.settings.train.local_ranks);
  if (num_ranks > 1 && launch_environment().num_ranks == 1) {
    return launch_local_ranks(num_ranks, words);
  }
  return score(arguments, chosen);
}

std::vector<std::string> same_words(const EvalArguments& arguments) {
  std::vector<std::string> words = words_of("eval", *arguments.config);
  if (arguments.record) words.emplace_back("--record");
  if (!arguments.checkpoint.empty()) words.push_back("--checkpoint=" + arguments.checkpoint);
  return words;
}

}  // namespace

void add_eval(CLI::App& program, Action& action) {
  CLI::App* command = add_torch_command(program, "eval");
  const auto arguments = std::make_shared<EvalArguments>();
  arguments->config = add_config_arguments(*command);
  add_checkpoint_settings(*command, *arguments->config);
  command->get_option("config")->description(
      "configuration file, folder of a run or of a checkpoint (ours or Hugging Face's)");
  command->add_option("--checkpoint", arguments->checkpoint,
                      "folder of another checkpoint of the same model");
  command->add_flag("--record", arguments->record, "add the scores to the run's result.json");
  command->callback([=, &action] {
    take_named_settings(*arguments->config);
    action = [=] { return evaluate(*arguments, same_words(*arguments)); };
  });
}

}  // namespace lamina
