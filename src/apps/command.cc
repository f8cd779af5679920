#include "apps/command.h"

#include <spdlog/fmt/fmt.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "lamina/config/help.h"
#include "lamina/core/code_version.h"
#include "lamina/core/error.h"
#include "lamina/core/log.h"
#include "lamina/core/stop_signal.h"
#include "lamina/run/run_settings.h"

namespace lamina {
namespace {

int parse_and_run(int argc, char** argv, std::span<const AddCommand> commands) {
  CLI::App program(
      "Trains language models whose layers share keys and values, and prints the tables.",
      "lamina");
  program.set_version_flag("--version", program_version());
  program.require_subcommand(1);
  Action action;
  for (const AddCommand add : commands) add(program, action);
  const auto is_asked_for = [&](const CLI::App* command) { return command->get_name() == argv[1]; };
  if (argc > 1 && argv[1][0] != '-' &&
      std::as_const(program).get_subcommands(is_asked_for).empty()) {
    throw UsageError(fmt::format("unknown command {}; see lamina --help", argv[1]));
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return program.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    throw UsageError(std::string(error.what()) + "; see lamina --help");
  }
  const int status = action();
  errno = 0;
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    const char* reason = errno == 0 ? "an earlier write failed" : std::strerror(errno);
    throw Error(fmt::format("standard output: cannot write: {}", reason));
  }
  return status;
}

}  // namespace

std::shared_ptr<ConfigArguments> add_config_arguments(CLI::App& command) {
  auto arguments = std::make_shared<ConfigArguments>();
  command.add_option("config", arguments->config, "configuration file")->required();
  command.add_option("overrides", arguments->overrides, "key.path=value, laid over the file");
  command.add_flag("--json", arguments->json, "one JSON object on standard output");
  command.footer([] { return "Settings, with their defaults:\n" + settings_help(RunSettings{}); });
  return arguments;
}

void add_checkpoint_settings(CLI::App& command, ConfigArguments& arguments) {
  for (const auto& [option, key, help] :
       {std::tuple{"--tokenizer", "data.tokenizer",
                   "tokenizer.json, SentencePiece .model, or bytes"},
        {"--device", "train.device", "auto, cpu or cuda"},
        {"--precision", "train.precision", "of matrix products"},
        {"--threads", "train.threads", "CPU threads; 0: all cores"}}) {
    const auto take = [&arguments, key = std::string(key)](const std::string& value) {
      arguments.named_settings.push_back(key + "=" + value);
    };
    command.add_option_function<std::string>(option, take,
                                             fmt::format("{}; short for {}=", help, key));
  }
}

void take_named_settings(ConfigArguments& arguments) {
  auto& named = arguments.named_settings;
  arguments.overrides.insert(arguments.overrides.end(), named.begin(), named.end());
  named.clear();
}

CLI::App* add_torch_command(CLI::App& program, const char* name) {
  for (const auto& [known, help] : kTorchCommands) {
    if (std::string_view(known) == name) return program.add_subcommand(known, help);
  }
  throw std::logic_error(name);
}

std::vector<std::string> words_of(const char* command, const ConfigArguments& arguments) {
  std::vector<std::string> words{command, arguments.config};
  words.insert(words.end(), arguments.overrides.begin(), arguments.overrides.end());
  if (arguments.json) words.emplace_back("--json");
  return words;
}

int run_program(int argc, char** argv, std::span<const AddCommand> commands) {
  std::signal(SIGXFSZ, SIG_IGN);  // so that the write that is too large fails, with its reason
  try {
    return parse_and_run(argc, argv, commands);
  } catch (const Stopped& stopped) {
    if (log_rank() == 0) log_info_line(stopped.what());
    return kExitStopped;
  } catch (const UsageError& error) {
    log_error_line(error.what());
    return kExitUsage;
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    log_error_line(text.substr(0, text.find('\n')));
    return kExitFailed;
  }
}

}  // namespace lamina
