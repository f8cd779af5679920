#include <cstdio>
#include <optional>

#include "apps/command.h"
#include "lamina/core/error.h"
#include "lamina/dist/local_launch.h"
#include "lamina/dist/process_group.h"
#include "lamina/record/run_folder.h"
#include "lamina/run/check_run.h"
#include "lamina/run/training_run.h"

namespace lamina {
namespace {

Run checked_run(const ConfigArguments& arguments) {
  Run run = load_run(arguments.config, arguments.overrides);
  resolve_precision(run, run.settings.folder());
  with_places(run.written, [&] { check_training_settings(run); });
  return run;
}

int train(const ConfigArguments& arguments) {
  const Run run = before_joining([&] { return checked_run(arguments); });
  std::optional<RunRecord> record;
  if (RunFolder(run.settings.folder()).is_complete()) {
    record = completed_record(run);
  } else if (run.settings.train.local_ranks > 1 && launch_environment().num_ranks == 1) {
    return launch_local_ranks(static_cast<int>(run.settings.train.local_ranks),
                              words_of("train", arguments));
  } else {
    record = train_run(run);
  }
  if (arguments.json && record && launch_environment().rank == 0) {
    std::puts(record_json(*record).dump().c_str());
  }
  return kExitGood;
}

}  // namespace

void add_train(CLI::App& program, Action& action) {
  CLI::App* command = add_torch_command(program, "train");
  const auto arguments = add_config_arguments(*command);
  command->callback([=, &action] { action = [=] { return train(*arguments); }; });
}

}  // namespace lamina
