#include "apps/command.h"
#include "apps/results.h"
#include "lamina/core/error.h"

namespace lamina {
namespace {

struct ReportArguments {
  std::vector<std::string> places;
  Quality quality = Quality::kPerplexity;
  RowOrder order = RowOrder::kKvBytes;
  TableFormat format = TableFormat::kMarkdown;
  std::string out = "pareto";
  std::string title;

  std::vector<Record> records() const {
    const std::vector<std::filesystem::path> paths(places.begin(), places.end());
    return find_records(paths);
  }
};

/// The enumerators of a type by their names, as CLI11 wants them.
template <class Enum>
std::map<std::string, Enum> by_name() {
  std::map<std::string, Enum> result;
  int index = 0;
  for (const char* name : EnumNames<Enum>::names) result.emplace(name, static_cast<Enum>(index++));
  return result;
}

template <class Enum>
void add_choice(CLI::App& command, const char* option, Enum& value, const char* help) {
  command.add_option(option, value, help)
      ->transform(CLI::CheckedTransformer(by_name<Enum>()).description(""));
}

std::shared_ptr<ReportArguments> add_report_arguments(CLI::App& command) {
  auto arguments = std::make_shared<ReportArguments>();
  command
      .add_option("places", arguments->places, "folders of runs, searched, or result.json files")
      ->required();
  add_choice(command, "--quality", arguments->quality,
             "perplexity (default) or bits_per_byte: what ranks the rows");
  return arguments;
}

}  // namespace

void add_table(CLI::App& program, Action& action) {
  CLI::App* command = program.add_subcommand("table", "result table of runs");
  const auto arguments = add_report_arguments(*command);
  add_choice(*command, "--format", arguments->format,
             "markdown (default), csv, latex, html or json");
  add_choice(*command, "--order", arguments->order, "kv_bytes (default) or records");
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
      return kExitGood;
    };
  });
}

}  // namespace lamina
