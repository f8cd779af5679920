#include <cstdio>

#include "apps/command.h"
#include "apps/run_settings.h"
#include "lamina/config/help.h"
#include "lamina/core/error.h"
#include "lamina/core/log.h"

namespace lamina {

std::shared_ptr<ConfigArguments> add_config_arguments(CLI::App& command) {
  auto arguments = std::make_shared<ConfigArguments>();
  command.add_option("config", arguments->config, "configuration file")->required();
  command.add_option("overrides", arguments->overrides, "key.path=value, laid over the file");
  command.add_flag("--json", arguments->json, "one JSON object on standard output");
  command.footer("Settings, with their defaults:\n" + settings_help(RunSettings{}));
  return arguments;
}

namespace {

int run(int argc, char** argv) {
  CLI::App program("Trains language models whose layers share keys and values, and prints the tables.", "lamina");
  program.set_version_flag("--version", LAMINA_VERSION);
  program.require_subcommand(1);
  Action action;
  for (const auto add : {add_inspect, add_prepare, add_train, add_eval, add_sweep, add_table, add_plot, add_bench}) {
    add(program, action);
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return program.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    throw UsageError(std::string(error.what()) + "; see lamina --help");
  }
  return action();
}

}  // namespace
}  // namespace lamina

int main(int argc, char** argv) {
  try {
    return lamina::run(argc, argv);
  } catch (const lamina::UsageError& error) {
    lamina::log_error_line(error.what());
    return lamina::kExitUsage;
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    lamina::log_error_line(text.substr(0, text.find('\n')));
    return lamina::kExitFailed;
  }
}
