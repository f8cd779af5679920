#include "lamina/run/run_context.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

#include "lamina/config/dotted.h"
#include "lamina/config/writer.h"
#include "lamina/core/code_version.h"
#include "lamina/core/error.h"
#include "lamina/core/log.h"
#include "lamina/dist/agreement.h"
#include "lamina/train/hardware.h"

namespace lamina {
namespace {

const LaunchEnvironment& announced(const LaunchEnvironment& environment) {
  set_log_rank(environment.rank, environment.num_ranks);
  return environment;
}

/// What may differ from rank to rank: where it finds things, what it uses of its machine, what rank
/// 0 alone does. What is found in those places is compared by its hash.
constexpr std::array kMayDifferBetweenRanks{"output",
                                            "data.tokenizer",
                                            "data.train",
                                            "data.validation",
                                            "data.cache",
                                            "train.device",
                                            "train.local_ranks",
                                            "train.threads",
                                            "train.log_every_steps",
                                            "train.keep_checkpoints",
                                            "evaluation.data_dir",
                                            "evaluation.cache"};

/// What all ranks must have alike, by dotted keys.
Json common_settings(const Run& run) {
  RunSettings resolved = run.settings;
  resolved.model = explicit_settings(resolved.model, run.spec);
  Json settings{{"code version", code_version()}};
  for (const auto& [key, value] : dotted_settings(settings_node(resolved))) {
    if (std::ranges::find(kMayDifferBetweenRanks, key) == kMayDifferBetweenRanks.end()) {
      settings[key] = value;
    }
  }
  return settings;
}

}  // namespace

Placement set_threads_and_choose_placement(const TrainSettings& settings, int local_rank) {
  if (settings.threads > 0) at::set_num_threads(static_cast<int>(settings.threads));
  return in_section("train", [&] { return choose_placement(settings, local_rank); });
}

RunContext::RunContext(const Run& run)
    : environment(announced(launch_environment())),
      placement(set_threads_and_choose_placement(run.settings.train, environment.local_rank)),
      group(environment, placement.device),
      model(run.spec, placement) {
  require_agreement(group, common_settings(run));
}

PreparedData prepare_data(const DataSettings& settings, const ProcessGroup& group) {
  PreparedData data;
  group.first_before_others([&] {
    data = in_section("data", [&] { return prepare_cached(settings, {}, group.is_first()); });
  });
  require_agreement(group, {{"data hash", data.hash}});
  return data;
}

}  // namespace lamina
