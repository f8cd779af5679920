#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "apps/command.h"
#include "apps/results.h"
#include "lamina/core/error.h"
#include "lamina/core/log.h"

namespace lamina {
namespace {

struct ReportArguments {
  std::vector<std::string> places;
  std::optional<Quality> quality;
  RowOrder order = RowOrder::kKvBytes;
  TableFormat format = TableFormat::kMarkdown;
  std::string out = "pareto";
  std::string title;

  std::vector<Record> records() const {
    const std::vector<std::filesystem::path> paths(places.begin(), places.end());
    return find_records(paths);
  }
};

template <class Enum>
Enum choice_named(const char* option, const std::string& got) {
  const auto& names = EnumNames<Enum>::names;
  const auto found = std::ranges::find(names, got);
  if (found == names.end()) {
    throw UsageError(
        fmt::format("{}: got \"{}\"; expected one of {}", option, got, fmt::join(names, ", ")));
  }
  return static_cast<Enum>(found - names.begin());
}

/// `chosen` takes the enumerator whose name the command line gives.
template <class Enum, class Chosen>
void add_choice(CLI::App& command, const char* option, Chosen& chosen, const char* help) {
  const auto choose = [option, &chosen](const std::string& got) {
    chosen = choice_named<Enum>(option, got);
  };
  command.add_option_function<std::string>(option, choose, help)->type_name("NAME");
}

std::shared_ptr<ReportArguments> add_report_arguments(CLI::App& command) {
  auto arguments = std::make_shared<ReportArguments>();
  command
      .add_option("places", arguments->places, "folders of runs, searched, or result.json files")
      ->required();
  add_choice<Quality>(command, "--quality", arguments->quality,
                      "what ranks the runs: perplexity (default where all have one tokenizer) or "
                      "bits_per_byte (default where they have several)");
  return arguments;
}

}  // namespace

void add_table(CLI::App& program, Action& action) {
  CLI::App* command = program.add_subcommand("table", "result table of runs");
  const auto arguments = add_report_arguments(*command);
  add_choice<TableFormat>(*command, "--format", arguments->format,
                          "markdown (default), csv, latex, html or json");
  add_choice<RowOrder>(*command, "--order", arguments->order, "kv_bytes (default) or records");
  command->add_flag_callback(
      "--json", [=] { arguments->format = TableFormat::kJson; }, "same as --format json");
  command->callback([=, &action] {
    action = [=] {
      print_table(arguments->records(), arguments->format, {arguments->quality, arguments->order});
      return kExitGood;
    };
  });
}

void add_plot(CLI::App& program, Action& action) {
  CLI::App* command =
      program.add_subcommand("plot", "figure of runs: quality against KV bytes per token");
  const auto arguments = add_report_arguments(*command);
  command->add_option("-o,--out", arguments->out, "writes OUT.svg and OUT.png")
      ->capture_default_str();
  command->add_option("--title", arguments->title, "title above the figure");
  command->callback([=, &action] {
    action = [=] {
      write_figure(arguments->records(), arguments->out, {arguments->quality, arguments->title});
      log_info("wrote {0}.svg and {0}.png", arguments->out);
      return kExitGood;
    };
  });
}

}  // namespace lamina
