#include <spdlog/fmt/fmt.h>

#include <cstdio>
#include <vector>

#include "apps/check_run.h"
#include "apps/command.h"
#include "apps/training.h"
#include "lamina/config/difference.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/log.h"
#include "lamina/dist/local_launch.h"

namespace lamina {
namespace {

/// What decides a run's result: not what it is called and where it is.
Node deciding_part(const std::string& yaml, const std::string& origin) {
  Node config = parse_yaml(yaml, origin);
  std::erase_if(config.entries,
                [](const Entry& e) { return e.key == "name" || e.key == "output"; });
  return config;
}

/// The record of a run that is complete already.
Json finished_record(const Run& run) {
  const auto folder = run.settings.folder();
  const auto file = folder / "config.yaml";
  const auto difference = first_difference(deciding_part(read_file(file), file.string()),
                                           deciding_part(resolved_yaml(run), "now"));
  if (difference) {
    throw Error(
        fmt::format("{}: holds a complete run of another configuration: {}; choose another name, "
                    "or remove the folder",
                    folder.string(), difference->text()));
  }
  log_info("{}: is complete already; nothing to do", folder.string());
  return read_json(folder / "result.json");
}

Run checked_run(const ConfigArguments& arguments) {
  Run run = load_run(arguments.config, arguments.overrides);
  resolve_precision(run, run.settings.folder());
  with_places(run.written, [&] { check_training_settings(run); });
  return run;
}

int train(const ConfigArguments& arguments) {
  const Run run = before_joining([&] { return checked_run(arguments); });
  Json record;
  int status = 0;
  if (std::filesystem::exists(run.settings.folder() / "result.json")) {
    record = finished_record(run);
  } else if (run.settings.train.local_ranks > 1 && launch_environment().num_ranks == 1) {
    return launch_local_ranks(static_cast<int>(run.settings.train.local_ranks),
                              words_of("train", arguments));
  } else {
    status = train_run(run, record);
  }
  if (arguments.json && !record.is_null() && launch_environment().rank == 0)
    std::puts(record.dump().c_str());
  return status;
}

}  // namespace

void add_train(CLI::App& program, Action& action) {
  CLI::App* command = add_torch_command(program, "train");
  const auto arguments = add_config_arguments(*command);
  command->callback([=, &action] { action = [=] { return train(*arguments); }; });
}

}  // namespace lamina
