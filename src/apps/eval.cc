#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdio>

#include "apps/command.h"
#include "apps/scoring.h"
#include "apps/training.h"
#include "lamina/config/load.h"
#include "lamina/config/reader.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "lamina/core/log.h"
#include "lamina/core/units.h"
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

/// A model with its weights, and the settings it is scored with.
struct Target {
  Run run;
  fs::path run_folder;  ///< empty: a checkpoint that belongs to no run
  fs::path checkpoint;
};

fs::path newest_checkpoint(const fs::path& run_folder) {
  const auto checkpoints = list_checkpoints(run_folder);
  if (checkpoints.empty()) {
    throw Error(fmt::format("{}: has no checkpoint; train first, or name one with --checkpoint",
                            run_folder.string()));
  }
  return checkpoints.front();
}

/// What can be said of a checkpoint whose model is known.
struct ScoringSettings {
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

/// A checkpoint that stands by itself: its config.json says what the model is, its tokenizer lies
/// beside it unless data.tokenizer names another, and it computes in float32 unless told.
Target lone_checkpoint(const fs::path& folder, const std::vector<std::string>& overrides) {
  Node root;
  root.kind = Node::Kind::kMap;
  apply_overrides(root, overrides);
  if (root.find("model") != nullptr) {
    throw UsageError(
        fmt::format("model: {} says what the model is", (folder / "config.json").string()));
  }
  const auto is_set = [&](const char* section, const char* key) {
    const Node* node = root.find(section);
    return node != nullptr && node->find(key) != nullptr;
  };
  ScoringSettings settings;
  read_settings(root, settings);
  if (!is_set("data", "tokenizer")) settings.data.tokenizer = folder.string();
  if (!is_set("train", "precision")) settings.train.precision = Precision::kFloat32;
  Target target{{}, {}, folder};
  target.run.settings.data = settings.data;
  target.run.settings.train = settings.train;
  target.run.settings.evaluation = settings.evaluation;
  target.run.spec = read_config_json(folder);
  return target;
}

/// A configuration file, the folder of a run, one of its checkpoints, or any checkpoint.
Target find_target(const EvalArguments& arguments) {
  const fs::path place = arguments.config->config;
  const auto& overrides = arguments.config->overrides;
  if (!fs::is_directory(place)) {
    Target target{load_run(place, overrides), {}, {}};
    target.run_folder = target.run.settings.folder();
    return target;
  }
  if (fs::exists(place / "config.yaml"))
    return {load_run(place / "config.yaml", overrides), place, {}};
  const fs::path run_folder = fs::weakly_canonical(place).parent_path().parent_path();
  if (fs::exists(run_folder / "config.yaml") && fs::exists(place / "state.json")) {
    return {load_run(run_folder / "config.yaml", overrides), run_folder, place};
  }
  return lone_checkpoint(place, overrides);
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

/// What identifies the weights of a checkpoint and how they are read.
std::string weights_hash(const fs::path& checkpoint) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(checkpoint)) {
    const std::string name = entry.path().filename();
    const bool is_model = name == "config.json" || entry.path().extension() == ".safetensors";
    if (is_model && !name.starts_with("optimizer.")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Hasher hasher;
  for (const fs::path& file : files) hasher.add(file.filename().string()).add(hash_file(file));
  return hasher.hex();
}

/// A checkpoint can be scored on tasks alone.
PreparedData prepare_for_scoring(const DataSettings& settings, const ProcessGroup& group) {
  if (settings.train.empty() && settings.validation.empty()) return {};
  return prepare_in_turn(settings, group);
}

/// One of our checkpoints keeps the tokenizer that it was trained with; the run's text, from which
/// a tokenizer may have been learnt, or its file may have changed since.
void check_same_tokenizer(const fs::path& checkpoint, const Scorer& scorer) {
  if (!fs::exists(checkpoint / "state.json")) return;
  for (const char* name : {"tokenizer.json", "tokenizer.model"}) {
    if (!fs::exists(checkpoint / name)) continue;
    const std::string hash = make_tokenizer((checkpoint / name).string())->hash();
    if (hash == scorer.tokenizer().hash()) continue;
    throw SettingError(
        "data.tokenizer",
        fmt::format("is now {}, but the model was trained with {} ({})", scorer.tokenizer_name(),
                    (checkpoint / name).string(), hash.substr(0, 8)));
  }
}

/// {task: {metric: value}}, the held-out text's under "validation".
Json by_task(const Json& scores) {
  Json result = Json::object();
  if (scores.contains("validation")) result["validation"] = scores["validation"];
  result.update(scores["tasks"]);
  result.update(scores["task_parts"]);
  return result;
}

std::string to_text(const Json& scores) {
  std::string text;
  for (const auto& [task, metrics] : scores.items()) {
    text += fmt::format("{:<20}", task);
    for (const auto& [metric, value] : metrics.items()) {
      if (!value.is_number() || metric.ends_with("_stderr")) continue;
      text += value.is_number_integer() ? fmt::format("  {} {}", metric, grouped(value))
                                        : fmt::format("  {} {:.4f}", metric, value.get<double>());
      const Json error = metrics.value(metric + "_stderr", Json());
      if (error.is_number()) text += fmt::format(" ± {:.4f}", error.get<double>());
    }
    text += "\n";
  }
  return text;
}

/// Adds the scores to the run's record, so that tables show them.
void add_to_record(const fs::path& run_folder, const Json& scores) {
  const fs::path path = run_folder / "result.json";
  Json record = read_json(path);
  for (const char* part : {"tasks", "task_parts"}) record[part].update(scores[part]);
  write_file_atomically(path, record.dump(2) + "\n");
}

int score(const EvalArguments& arguments, const Target& target) {
  const RunSettings& settings = target.run.settings;
  auto tasks = ask_tasks(settings.evaluation);
  Workplace workplace(target.run);
  const fs::path checkpoint = !arguments.checkpoint.empty() ? fs::path(arguments.checkpoint)
                              : !target.checkpoint.empty()  ? target.checkpoint
                                                            : newest_checkpoint(target.run_folder);
  check_same_model(checkpoint, target.run.spec);
  read_weights(checkpoint, workplace.model);
  log_info("scoring {}", checkpoint.string());
  const Scorer scorer(settings, target.run.spec,
                      prepare_for_scoring(settings.data, workplace.group), std::move(tasks));
  check_same_tokenizer(checkpoint, scorer);
  const Json scores = scorer.all(workplace.model, workplace.group, weights_hash(checkpoint));
  if (!workplace.group.is_first()) return kExitGood;
  const Json flat = by_task(scores);
  std::fputs((arguments.config->json ? flat.dump() + "\n" : to_text(flat)).c_str(), stdout);
  if (arguments.record) add_to_record(target.run_folder, scores);
  return kExitGood;
}

/// The record speaks of the run's last weights, and of as many documents as its configuration says.
void check_recordable(const Target& target, const fs::path& checkpoint) {
  if (target.run_folder.empty()) throw UsageError("--record: the checkpoint belongs to no run");
  if (!checkpoint.empty() && !fs::equivalent(checkpoint, newest_checkpoint(target.run_folder))) {
    throw UsageError(
        fmt::format("--record: {} is not the run's last checkpoint", checkpoint.string()));
  }
  const Run trained = load_run(target.run_folder / "config.yaml", {});
  const std::int64_t limit = trained.settings.evaluation.limit;
  if (target.run.settings.evaluation.limit != limit) {
    throw UsageError(fmt::format("--record: evaluation.limit is {}, the run's is {}",
                                 target.run.settings.evaluation.limit, limit));
  }
}

int evaluate(const EvalArguments& arguments, const std::vector<std::string>& words) {
  const Target target = find_target(arguments);
  if (arguments.record) {
    check_recordable(
        target, arguments.checkpoint.empty() ? target.checkpoint : fs::path(arguments.checkpoint));
  }
  const auto num_ranks = static_cast<int>(target.run.settings.train.local_ranks);
  if (num_ranks > 1 && launch_environment().num_ranks == 1) {
    return launch_local_ranks(num_ranks, words);
  }
  return score(arguments, target);
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
  command->get_option("config")->description(
      "configuration file, folder of a run or of a checkpoint (ours or Hugging Face's)");
  command->add_option("--checkpoint", arguments->checkpoint,
                      "folder of another checkpoint of the same model");
  command->add_flag("--record", arguments->record, "add the scores to the run's result.json");
  command->callback(
      [=, &action] { action = [=] { return evaluate(*arguments, same_words(*arguments)); }; });
}

}  // namespace lamina
