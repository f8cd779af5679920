#include "axes.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string_view>

#include "lamina/config/json.h"
#include "lamina/core/error.h"
#include "lamina/core/file_name.h"
#include "lamina/sweep/plan.h"

namespace lamina {
namespace {

[[noreturn]] void fail(const Place& place, const std::string& message) {
  throw UsageError(fmt::format("{}: {}", place.text(), message));
}

/// The values of a list, which must have at least one.
const std::vector<Node>& list_values(const Node& node, const std::string& key) {
  if (node.kind != Node::Kind::kSequence) fail(node.place, key + ": expected a list of values");
  if (node.items.empty()) {
    fail(node.place, key + ": the list is empty; expected at least one value");
  }
  return node.items;
}

/// The shortest text that reads back as the same number, without "+" and ".0".
std::string number_label(double number) {
  std::string text = fmt::format("{}", number);
  std::erase(text, '+');
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

/// A value as part of a file name; items of lists and maps are joined by "-".
std::string value_label(const Json& value) {
  if (value.is_number_float()) return number_label(value.get<double>());
  if (value.is_string()) return file_safe(value.get<std::string>());
  if (!value.is_structured()) return value.dump();
  std::vector<std::string> parts;
  for (const auto& [key, item] : value.items()) {
    parts.push_back(value.is_object() ? file_safe(key) + value_label(item) : value_label(item));
  }
  return fmt::format("{}", fmt::join(parts, "-"));
}

std::string name_part(const std::string& key_label, const Node& value) {
  return fmt::format("-{}{}", file_safe(key_label), value_label(json_of(value)));
}

/// A design name, or a map whose keys are all set in `model`.
Choice design_choice(const Node& item) {
  const Node* design = item.kind == Node::Kind::kScalar ? &item : item.find("design");
  if (design == nullptr || design->kind != Node::Kind::kScalar || design->scalar.empty()) {
    fail(item.place, "designs: expected a design name, or a map with the key `design`");
  }
  if (design == &item) return {file_safe(item.scalar), {{"model.design", item}}};
  Choice choice{file_safe(design->scalar), {}};
  for (const Entry& entry : item.entries) {
    choice.assignments.push_back({"model." + entry.key, entry.value});
  }
  return choice;
}

/// The only choice of a file without `designs`: the design of its model, if it has one.
SweepAxis model_design_axis(const Node& sweep_file) {
  const Node* model = sweep_file.find("model");
  const Node* design = model == nullptr ? nullptr : model->find("design");
  const bool named = design != nullptr && !design->scalar.empty();
  return {{{named ? file_safe(design->scalar) : "run", {}}}};
}

SweepAxis design_axis(const Node& sweep_file) {
  const Node* designs = sweep_file.find("sweep")->find("designs");
  if (designs == nullptr) return model_design_axis(sweep_file);
  SweepAxis axis;
  for (const Node& item : list_values(*designs, "designs")) {
    Choice choice = design_choice(item);
    const auto same = std::ranges::find(axis.choices, choice.label, &Choice::label);
    if (same != axis.choices.end()) {
      const auto& first = designs->items[static_cast<std::size_t>(same - axis.choices.begin())];
      fail(item.place, fmt::format("designs: duplicate design {}; first at {}", choice.label,
                                   first.place.text()));
    }
    axis.choices.push_back(std::move(choice));
  }
  return axis;
}

/// One choice without assignments if the file has no `seeds`.
SweepAxis seed_axis(const Node& sweep_file) {
  const Node* seeds = sweep_file.find("sweep")->find("seeds");
  if (seeds == nullptr) return {{Choice{}}};
  SweepAxis axis;
  const bool several = list_values(*seeds, "seeds").size() > 1;
  for (const Node& seed : seeds->items) {
    axis.choices.push_back({several ? name_part("seed", seed) : "", {{"train.seed", seed}}});
  }
  return axis;
}

/// Whether two dotted keys are equal or one contains the other.
bool overlap(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (a.size() == b.size() || b[a.size()] == '.');
}

/// Keys that a sweep sets itself, and the key of `sweep` that determines them.
constexpr std::array<std::array<std::string_view, 2>, 4> kOwnKeys{
    {{"model.design", "designs"}, {"train.seed", "seeds"}, {"name", "name"}, {"output", "output"}}};

void check_against_sweep(const Entry& entry) {
  for (const auto& [key, sweep_key] : kOwnKeys) {
    if (overlap(entry.key, key)) {
      fail(entry.place, fmt::format("grid.{}: the sweep sets {} itself; set sweep.{} instead",
                                    entry.key, key, sweep_key));
    }
  }
}

void check_against_designs(const Entry& entry, const SweepAxis& designs) {
  for (const Choice& choice : designs.choices) {
    for (const Assignment& assignment : choice.assignments) {
      if (overlap(entry.key, assignment.key)) {
        fail(entry.place, fmt::format("grid.{}: a design also sets {}, at {}", entry.key,
                                      assignment.key, assignment.value.place.text()));
      }
    }
  }
}

/// Throws UsageError if the key is malformed or also set by the sweep, a design or an earlier grid
/// key.
void check_grid_key(const Node& grid, const Entry& entry, const SweepAxis& designs) {
  if (entry.key.empty() || entry.key.starts_with('.') || entry.key.ends_with('.') ||
      entry.key.find("..") != std::string::npos) {
    fail(entry.place, fmt::format("grid: got the key `{}`; expected a dotted key such as "
                                  "optimizer.learning_rate",
                                  entry.key));
  }
  check_against_sweep(entry);
  check_against_designs(entry, designs);
  for (const Entry& other : grid.entries) {
    if (&other == &entry) return;
    if (overlap(entry.key, other.key)) {
      fail(entry.place, fmt::format("grid.{}: the grid also sets {}, at {}", entry.key, other.key,
                                    other.place.text()));
    }
  }
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

/// "optimizer.learning_rate" -> "lr", "model.dropout" -> "dropout".
std::string initials(const std::string& key) {
  const std::string word = last_part(key);
  if (word.find('_') == std::string::npos) return word;
  std::string letters;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '_' && (i == 0 || word[i - 1] == '_')) letters += word[i];
  }
  return letters;
}

/// The labels of the grid's keys in names of runs: the shortest kind that is unique.
std::vector<std::string> key_labels(const std::vector<std::string>& keys) {
  for (const auto shorten : {initials, last_part}) {
    std::vector<std::string> labels;
    std::ranges::transform(keys, std::back_inserter(labels), shorten);
    if (std::set(labels.begin(), labels.end()).size() == keys.size()) return labels;
  }
  return keys;
}

SweepAxis grid_axis(const Entry& entry, const std::string& key_label) {
  SweepAxis axis{{}, true};
  const bool several = entry.value.items.size() > 1;
  for (const Node& value : entry.value.items) {
    axis.choices.push_back({several ? name_part(key_label, value) : "", {{entry.key, value}}});
  }
  return axis;
}

std::vector<SweepAxis> grid_axes(const Node& sweep, const SweepAxis& designs) {
  const Node* grid = sweep.find("grid");
  if (grid == nullptr) return {};
  if (grid->kind != Node::Kind::kMap) {
    fail(grid->place, "grid: expected a map from dotted keys to lists of values");
  }
  std::vector<std::string> keys;
  for (const Entry& entry : grid->entries) {
    check_grid_key(*grid, entry, designs);
    list_values(entry.value, "grid." + entry.key);
    keys.push_back(entry.key);
  }
  const std::vector<std::string> labels = key_labels(keys);
  std::vector<SweepAxis> axes;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    axes.push_back(grid_axis(grid->entries[i], labels[i]));
  }
  return axes;
}

}  // namespace

std::vector<SweepAxis> sweep_axes(const Node& sweep_file) {
  std::vector<SweepAxis> axes{design_axis(sweep_file)};
  for (SweepAxis& axis : grid_axes(*sweep_file.find("sweep"), axes.front())) {
    axes.push_back(std::move(axis));
  }
  axes.push_back(seed_axis(sweep_file));
  return axes;
}

}  // namespace lamina
