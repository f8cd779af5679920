#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "apps/command.h"
#include "apps/inspect.h"
#include "lamina/core/error.h"
#include "lamina/core/log.h"
#include "lamina/core/process.h"
#include "lamina/core/stop_signal.h"

namespace {

bool needs_torch(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "bench" && argc > 2 && std::string_view(argv[2]) == "tokenizer") return false;
  return std::any_of(lamina::kTorchCommands.begin(), lamina::kTorchCommands.end(),
                     [&](const auto& known) { return known.first == command; });
}

/// For `lamina --help`, which lists every command.
void list_torch_commands(CLI::App& program, lamina::Action&) {
  for (const auto& [name, help] : lamina::kTorchCommands) program.add_subcommand(name, help);
}

/// Threads of LibTorch's OpenMP that wait for each other spin, by default for milliseconds: nothing
/// is faster alone, and beside another program they keep the cores from the threads that they wait
/// for, until a step takes ten times as long. Some tens of microseconds bridge the time between two
/// operators. The library reads this when it is loaded; what the user set is left alone.
void limit_spinning() {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) ::setenv("GOMP_SPINCOUNT", "1000", 0);
}

int become_torch_program(char** argv) {
  limit_spinning();
  const auto program = lamina::this_program().replace_filename("lamina-torch");
  lamina::hold_stop_signals();  // until it has loaded LibTorch and watches them
  ::execv(program.c_str(), argv);
  lamina::log_error_line("cannot start " + program.string() + ", which belongs beside lamina");
  return lamina::kExitFailed;
}

char** program_words = nullptr;

/// A configuration that names data is checked against them by the other program.
void add_inspect(CLI::App& program, lamina::Action& action) {
  const auto arguments = std::make_shared<lamina::InspectArguments>();
  lamina::add_inspect_command(program, *arguments)->callback([=, &action] {
    action = [=] {
      const lamina::Run run =
          lamina::load_run(arguments->config->config, arguments->config->overrides);
      const bool names_data = !run.settings.data.train.empty();
      return names_data ? become_torch_program(program_words)
                        : lamina::print_inspection(run, *arguments);
    };
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (needs_torch(argc, argv)) return become_torch_program(argv);
  program_words = argv;
  const lamina::AddCommand commands[] = {
      add_inspect,           list_torch_commands, lamina::add_bench_tokenizer,
      lamina::add_tokenizer, lamina::add_sweep,   lamina::add_table,
      lamina::add_plot};
  return lamina::run_program(argc, argv, commands);
}
