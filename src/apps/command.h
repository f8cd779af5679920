#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lamina {

/// What the command line asked for; returns the exit status.
using Action = std::function<int()>;

/// The words that most commands take: CONFIG.yaml [key.path=value ...] [--json].
struct ConfigArguments {
  std::string config;
  std::vector<std::string> overrides;
  bool json = false;
};

/// Adds those words to a command.
std::shared_ptr<ConfigArguments> add_config_arguments(CLI::App& command);

// One function a command, each in a file of its own: adds the command, and sets `action` when it is
// the one that was asked for.
void add_inspect(CLI::App& program, Action& action);
void add_prepare(CLI::App& program, Action& action);
void add_train(CLI::App& program, Action& action);
void add_eval(CLI::App& program, Action& action);
void add_sweep(CLI::App& program, Action& action);
void add_table(CLI::App& program, Action& action);
void add_plot(CLI::App& program, Action& action);
void add_bench(CLI::App& program, Action& action);

}  // namespace lamina
