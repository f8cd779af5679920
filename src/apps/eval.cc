#include <cstdio>

#include "apps/command.h"
#include "lamina/core/error.h"
#include "lamina/dist/local_launch.h"
#include "lamina/dist/process_group.h"
#include "lamina/run/chosen_checkpoint.h"
#include "lamina/run/evaluation.h"
#include "lamina/run/score_text.h"

namespace lamina {
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

int score(const EvalArguments& arguments, const ChosenCheckpoint& chosen) {
  const Json scores = evaluate_checkpoint(chosen);
  if (scores.is_null()) return kExitGood;
  const Json flat = by_task(scores);
  std::fputs((arguments.config->json ? flat.dump() + "\n" : scores_text(flat)).c_str(), stdout);
  if (arguments.record) add_to_record(RunFolder(chosen.run_folder), scores);
  return kExitGood;
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
