#pragma once
#include <CLI/CLI.hpp>
#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lamina {

/// The requested command; returns the exit status.
using Action = std::function<int()>;

/// Adds a command to the program; sets `action` when that command is parsed.
using AddCommand = void (*)(CLI::App& program, Action& action);

/// The arguments that most commands take: CONFIG.yaml [key.path=value ...] [--json].
struct ConfigArguments {
  std::string config;
  std::vector<std::string> overrides;
  bool json = false;
  std::vector<std::string> named_settings = {};  ///< from options that are short for settings
};

/// Adds those arguments to a command.
std::shared_ptr<ConfigArguments> add_config_arguments(CLI::App& command);

/// Adds the options --tokenizer, --device, --precision and --threads, which are short for the
/// settings data.tokenizer, train.device, train.precision and train.threads: of the commands that
/// work on a checkpoint. Call take_named_settings in the command's callback.
void add_checkpoint_settings(CLI::App& command, ConfigArguments& arguments);

/// Appends what those options said to the overrides.
void take_named_settings(ConfigArguments& arguments);

/// The command line that runs a command again, in another process.
std::vector<std::string> words_of(const char* command, const ConfigArguments& arguments);

/// Parses and runs; prints an error, or what was stopped, as one line. Returns the exit status.
int run_program(int argc, char** argv, std::span<const AddCommand> commands);

// The commands, each in a file of its own.
void add_sweep(CLI::App& program, Action& action);
void add_table(CLI::App& program, Action& action);
void add_plot(CLI::App& program, Action& action);
void add_tokenizer(CLI::App& program, Action& action);

/// `bench tokenizer`, which needs no LibTorch; `bench` must be there. Both programs have it.
void add_bench_tokenizer(CLI::App& program, Action& action);

// Those that need LibTorch, whose loading alone takes longer than all the work of the others: they
// are a program of their own, `lamina-torch`, which `lamina` becomes when one of them is asked for.
void add_prepare(CLI::App& program, Action& action);
void add_train(CLI::App& program, Action& action);
void add_eval(CLI::App& program, Action& action);
void add_generate(CLI::App& program, Action& action);
void add_bench(CLI::App& program, Action& action);

/// `lamina` knows the names and help of these alone.
constexpr std::array<std::pair<const char*, const char*>, 5> kTorchCommands{
    {{"prepare", "makes token files of the text that a configuration names"},
     {"train", "one run: train, validate, checkpoint, score, leave a record"},
     {"eval", "scores a checkpoint, a run's or any: perplexity and tasks"},
     {"generate", "continues a prompt greedily with a KV cache; reports tokens/s and cache bytes"},
     {"bench", "measures speed and memory"}}};

/// Adds the command of that name with its help.
CLI::App* add_torch_command(CLI::App& program, const char* name);

}  // namespace lamina
