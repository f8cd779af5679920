#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "lamina/config/node.h"
#include "lamina/config/reader.h"
#include "lamina/config/writer.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/setting.h"

namespace lamina {

/// The section `sweep` of a sweep file, except for the two keys whose values are not settings:
/// `designs`, a list of design names or of maps such as {design: H46-MQA, num_attention_heads: 45}
/// whose keys are set in `model`, and `grid`, a map from dotted keys to lists of values, all of
/// which are combined.
struct SweepSettings {
  std::string name;
  std::string output = "runs";
  std::vector<std::int64_t> seeds;
  std::int64_t slots = 1;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("name", name,
            {.help = "name of the sweep; runs are written to OUTPUT/NAME/RUN",
             .file_name = true,
             .required = true});
    v.field("output", output, {.help = "folder of all sweeps, relative to the current folder"});
    v.field("seeds", seeds,
            {.help = "values of train.seed; default: the value in `train`", .min = 0});
    v.field("slots", slots, {.help = "runs at the same time", .min = 1});
  }
};

/// One run of a sweep; `config` is the configuration that `train` reads.
struct PlannedRun {
  std::string name;              ///< unique in the sweep, valid as a folder name
  std::filesystem::path folder;  ///< OUTPUT/NAME/RUN
  Node config;                   ///< the file without `sweep`, with the run's values, name, output
  std::vector<std::pair<std::string, Json>> settings;  ///< the run's value of each grid key
};

/// Reads the section of a sweep file. Throws UsageError with its place if the section is missing or
/// one of its keys is unknown or invalid.
SweepSettings read_sweep_settings(const Node& sweep_file);

/// The section as --help lists it, including `designs` and `grid`.
std::string sweep_settings_help();

/// Every combination of designs, grid values and seeds; the last varies fastest. The name of a run
/// is its design ("run" if the file has none), then each grid key that has several values, as in
/// "-lr0.001", then "-seed1" if there are several seeds. Throws UsageError with the place in the
/// file.
std::vector<PlannedRun> plan_runs(const Node& sweep_file);

/// Resolves the configuration of each run through `Settings`, the settings of `train`: errors are
/// found before any run starts (UsageError), defaults become explicit, and paths, which are
/// relative to the file that contains them, become absolute, so that run.yaml has the same meaning
/// everywhere. `complete(settings)` may change settings that are resolved once for all runs.
template <class Settings, class Complete>
void resolve_runs(std::vector<PlannedRun>& runs, const Complete& complete) {
  for (PlannedRun& run : runs) {
    Settings settings;
    read_settings(run.config, settings);
    complete(settings);
    run.config = settings_node(settings);
  }
}

}  // namespace lamina
