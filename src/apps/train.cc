#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <utility>

#include "apps/command.h"
#include "apps/training.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/log.h"
#include "lamina/core/stop_signal.h"
#include "lamina/dist/local_launch.h"

namespace lamina {
namespace {

/// The first line of `before` that `now` has otherwise, and that line now; both "" where all agree.
std::pair<std::string, std::string> first_difference(const std::string& before,
                                                     const std::string& now) {
  std::istringstream before_lines(before), now_lines(now);
  std::string was, is;
  do {
    if (!std::getline(before_lines, was)) was.clear();
    if (!std::getline(now_lines, is)) is.clear();
  } while (was == is && (before_lines || now_lines));
  return {was.substr(std::min(was.size(), was.find_first_not_of(' '))),
          is.substr(std::min(is.size(), is.find_first_not_of(' ')))};
}

/// The record of a run that is complete already.
Json finished_record(const Run& run) {
  const auto folder = run.settings.folder();
  const auto [was, is] = first_difference(read_file(folder / "config.yaml"), resolved_yaml(run));
  if (was != is) {
    throw Error(fmt::format(
        "{}: holds a complete run of another configuration: its config.yaml has \"{}\", now it is "
        "\"{}\"; choose another name, or remove the folder",
        folder.string(), was, is));
  }
  log_info("{}: is complete already; nothing to do", folder.string());
  return read_json(folder / "result.json");
}

int train(const ConfigArguments& arguments) {
  Run run = load_run(arguments.config, arguments.overrides);
  resolve_precision(run, run.settings.folder());
  Json record;
  int status = 0;
  if (std::filesystem::exists(run.settings.folder() / "result.json")) {
    record = finished_record(run);
  } else if (run.settings.train.local_ranks > 1 && launch_environment().num_ranks == 1) {
    return launch_local_ranks(static_cast<int>(run.settings.train.local_ranks),
                              words_of("train", arguments));
  } else {
    watch_stop_signals();
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
