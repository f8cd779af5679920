#include <spdlog/fmt/fmt.h>

#include <cstdio>

#include "apps/command.h"
#include "apps/scoring.h"
#include "apps/training.h"
#include "lamina/core/error.h"
#include "lamina/core/log.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/train/checkpoint.h"

namespace lamina {
namespace {

std::filesystem::path newest_checkpoint(const std::filesystem::path& run_folder) {
  const auto checkpoints = list_checkpoints(run_folder);
  if (checkpoints.empty()) {
    throw Error(fmt::format("{}: has no checkpoint; train first, or name one with --checkpoint",
                            run_folder.string()));
  }
  return checkpoints.front();
}

std::string to_text(const Json& scores) {
  const Json& validation = scores["validation"];
  std::string text =
      fmt::format("perplexity {:.4f}   bits per byte {:.4f}   word perplexity {:.2f}\n",
                  validation["perplexity"].get<double>(), validation["bits_per_byte"].get<double>(),
                  validation["word_perplexity"].get<double>());
  for (const auto& [task, metrics] : scores["tasks"].items()) {
    text += fmt::format("{} acc {:.4f} ± {:.4f}\n", task, metrics["acc"].get<double>(),
                        metrics["acc_stderr"].get<double>());
  }
  return text;
}

int evaluate(const ConfigArguments& arguments, const std::string& checkpoint) {
  const Run run = load_run(arguments.config, arguments.overrides);
  Workplace workplace(run);
  const auto folder = checkpoint.empty() ? newest_checkpoint(run.settings.folder())
                                         : std::filesystem::path(checkpoint);
  read_weights(folder, workplace.model);
  log_info("scoring {}", folder.string());
  const Scorer scorer(run.settings, prepare_cached(run.settings.data));
  const Json scores = scorer.all(workplace.model, workplace.group);
  if (workplace.group.is_first()) {
    std::fputs((arguments.json ? scores.dump() + "\n" : to_text(scores)).c_str(), stdout);
  }
  return 0;
}

}  // namespace

void add_eval(CLI::App& program, Action& action) {
  CLI::App* command = add_torch_command(program, "eval");
  const auto arguments = add_config_arguments(*command);
  const auto checkpoint = std::make_shared<std::string>();
  command->add_option("--checkpoint", *checkpoint,
                      "folder of another checkpoint of the same model");
  command->callback([=, &action] { action = [=] { return evaluate(*arguments, *checkpoint); }; });
}

}  // namespace lamina
