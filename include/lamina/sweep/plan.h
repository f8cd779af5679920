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

/// The section `sweep` of a sweep file, but for its two free parts: `designs`, a list of design
/// names or of maps such as {design: H46-MQA, num_attention_heads: 45} whose keys go to `model`,
/// and `grid`, a map of dotted keys to the lists of values to combine.
struct SweepSettings {
  std::string name;
  std::string output = "runs";
  std::vector<std::int64_t> seeds;
  std::int64_t slots = 1;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("name", name,
            {.help = "runs go to OUTPUT/NAME/RUN", .file_name = true, .required = true});
    v.field("output", output, {.help = "folder of all sweeps, relative to the current folder"});
    v.field("seeds", seeds, {.help = "values of train.seed; absent: the one of `train`", .min = 0});
    v.field("slots", slots, {.help = "runs at once", .min = 1});
  }
};

/// One run of a sweep: `config` is what `train` reads.
struct PlannedRun {
  std::string name;              ///< unique in the sweep, safe as the name of a folder
  std::filesystem::path folder;  ///< OUTPUT/NAME/RUN
  Node config;                   ///< the file without `sweep`, with this run's values, name, output
  std::vector<std::pair<std::string, Json>> settings;  ///< this run's value of each grid key
};

/// Throws UsageError where the section is absent, or a key of it is unknown or wrong.
SweepSettings read_sweep_settings(const Node& sweep_file);

/// The section as --help lists it, its two free parts among the rest.
std::string sweep_settings_help();

/// Every combination of designs, grid values and seeds, the last varying fastest. A run is called
/// by its design ("run" where the file has none), then by each grid key that has several values, as
/// "-lr0.001", then "-seed1" when there are several seeds. Throws UsageError with a place.
std::vector<PlannedRun> plan_runs(const Node& sweep_file);

/// Makes each run's configuration explicit as `Settings`, the settings of `train`, read it:
/// mistakes show before anything runs (UsageError), and paths, which are relative to the file that
/// names them, become absolute, so that run.yaml means the same elsewhere. `complete(settings)` may
/// replace what is to be decided once for all runs.
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
