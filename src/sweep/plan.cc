#include "lamina/sweep/plan.h"

#include <spdlog/fmt/fmt.h>

#include <set>
#include <string_view>
#include <utility>

#include "axes.h"
#include "lamina/config/help.h"
#include "lamina/config/json.h"
#include "lamina/config/load.h"
#include "lamina/config/reader.h"
#include "lamina/core/error.h"
#include "lamina/core/file_name.h"

namespace lamina {
namespace {

constexpr std::size_t kMaxRuns = 100'000;

const Node& sweep_section(const Node& sweep_file) {
  const Node* sweep = sweep_file.find("sweep");
  if (sweep == nullptr || sweep->kind != Node::Kind::kMap) {
    throw UsageError(fmt::format("{}: a sweep file must have a section `sweep`",
                                 (sweep == nullptr ? sweep_file : *sweep).place.text()));
  }
  return *sweep;
}

void erase_key(Node& map, std::string_view key) {
  std::erase_if(map.entries, [&](const Entry& entry) { return entry.key == key; });
}

/// Quoted, so that it is read as text even if it looks like a number.
Node text_node(const std::string& text, const Place& place) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.scalar = text;
  node.quoted = true;
  node.place = place;
  return node;
}

/// Sets a dotted key in the tree, merging maps as for a base file.
void assign(Node& root, const Assignment& assignment) {
  Node overlay = assignment.value;
  std::string_view rest = assignment.key;
  while (!rest.empty()) {
    const std::size_t dot = rest.rfind('.');
    const std::string key(rest.substr(dot + 1));  // all of it if there is no dot
    rest = rest.substr(0, dot == std::string_view::npos ? 0 : dot);
    Node map;
    map.kind = Node::Kind::kMap;
    map.place = overlay.place;
    map.entries.push_back({key, overlay.place, std::move(overlay)});
    overlay = std::move(map);
  }
  merge_into(root, overlay);
}

/// Throws UsageError before the product of the sizes can overflow.
std::size_t num_runs(const std::vector<SweepAxis>& axes, const Place& place) {
  std::size_t count = 1;
  for (const SweepAxis& axis : axes) {
    count *= axis.choices.size();
    if (count > kMaxRuns) {
      throw UsageError(fmt::format("{}: the sweep has too many runs; expected at most {}",
                                   place.text(), kMaxRuns));
    }
  }
  return count;
}

/// The choices of run `index`: its digits in the mixed radix of the sizes of the axes.
std::vector<const Choice*> choices_of(std::size_t index, const std::vector<SweepAxis>& axes) {
  std::vector<const Choice*> choices(axes.size());
  for (std::size_t i = axes.size(); i-- > 0; index /= axes[i].choices.size()) {
    choices[i] = &axes[i].choices[index % axes[i].choices.size()];
  }
  return choices;
}

PlannedRun make_run(const Node& base, const SweepSettings& settings,
                    const std::vector<SweepAxis>& axes, std::size_t index) {
  PlannedRun run{"", "", base, {}};
  const std::vector<const Choice*> choices = choices_of(index, axes);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    run.name += choices[i]->label;
    for (const Assignment& assignment : choices[i]->assignments) {
      assign(run.config, assignment);
      if (axes[i].in_grid) run.settings.emplace_back(assignment.key, json_of(assignment.value));
    }
  }
  const std::filesystem::path folder = std::filesystem::path(settings.output) / settings.name;
  assign(run.config, {"name", text_node(run.name, base.place)});
  assign(run.config, {"output", text_node(folder.string(), base.place)});
  run.folder = folder / run.name;
  return run;
}

void check_name(const std::string& name, std::set<std::string>& names, const Place& place) {
  if (name.size() > kMaxFileNameBytes) {
    throw UsageError(fmt::format("{}: the run {} has a name of {} bytes; expected at most {}",
                                 place.text(), name, name.size(), kMaxFileNameBytes));
  }
  if (!names.insert(name).second) {
    throw UsageError(
        fmt::format("{}: two runs would be named {}; expected values that differ, even without the "
                    "characters that a file name must not have",
                    place.text(), name));
  }
}

/// Includes `designs` and `grid`, so that they can be suggested for a misspelt key.
void check_sweep_keys(const Node& sweep, SweepSettings& settings) {
  KnownKeys known("sweep");
  settings.visit(known);
  std::vector<KnownKeys::Key> keys = known.keys();
  for (const char* key : {"sweep.designs", "sweep.grid"}) keys.push_back({key, false});
  check_keys(sweep, "sweep", keys);
}

/// The value of `designs` or `grid`, which has no fixed keys to list.
struct FreeValue {
  template <class Visitor>
  void visit(Visitor&) {}
};

/// The section with all its keys, for its help text.
struct WholeSection {
  SweepSettings settings;
  FreeValue designs, grid;

  template <class Visitor>
  void visit(Visitor& v) {
    settings.visit(v);
    v.section("designs", designs,
              "list of design names, or of maps such as {design: H46-MQA, num_attention_heads: 45} "
              "whose keys are set in `model`; default: the design of `model`");
    v.section("grid", grid,
              "map from dotted keys to lists of values, all of which are combined, such as "
              "{optimizer.learning_rate: [1e-3, 3e-3]}");
  }
};

struct SweepSection {
  WholeSection sweep;

  template <class Visitor>
  void visit(Visitor& v) {
    v.section("sweep", sweep, "what is varied, and where the runs are written");
  }
};

}  // namespace

std::string sweep_settings_help() { return settings_help(SweepSection{}); }

SweepSettings read_sweep_settings(const Node& sweep_file) {
  Node section = sweep_section(sweep_file);
  SweepSettings settings;
  check_sweep_keys(section, settings);
  for (const char* key : {"designs", "grid"}) erase_key(section, key);
  read_section(section, "sweep", settings);
  if (settings.output.empty()) {
    throw UsageError(fmt::format("{}: sweep.output: got \"\"; expected the path of a folder",
                                 section.find("output")->place.text()));
  }
  return settings;
}

std::vector<PlannedRun> plan_runs(const Node& sweep_file) {
  const SweepSettings settings = read_sweep_settings(sweep_file);
  const Place& place = sweep_section(sweep_file).place;
  const std::vector<SweepAxis> axes = sweep_axes(sweep_file);
  Node base = sweep_file;
  erase_key(base, "sweep");
  std::vector<PlannedRun> runs;
  std::set<std::string> names;
  for (std::size_t i = 0, count = num_runs(axes, place); i < count; ++i) {
    runs.push_back(make_run(base, settings, axes, i));
    check_name(runs.back().name, names, place);
  }
  return runs;
}

}  // namespace lamina
