#include "lamina/config/load.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "message.h"
#include "yaml_text.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// One file of a chain of bases, and the place that named it: none for the first.
struct NamedFile {
  fs::path path;
  Place named_at;
};

[[noreturn]] void fail_base(const Place& place, std::string_view message) {
  fail(place, place.text().empty() ? std::string(message) : fmt::format("base: {}", message));
}

std::string read_config_file(const NamedFile& file) {
  std::error_code no_size;  // of a pipe
  const auto size = fs::file_size(file.path, no_size);
  if (!no_size && size > kMaxConfigBytes) {
    fail_base(file.named_at,
              fmt::format("{}: {} bytes are too many for a configuration; {} are allowed",
                          file.path.string(), size, kMaxConfigBytes));
  }
  try {
    return read_file(file.path);
  } catch (const Error& error) {
    fail_base(file.named_at, error.what());
  }
}

std::optional<NamedFile> take_base(Node& root, const fs::path& file) {
  const auto entry = std::find_if(root.entries.begin(), root.entries.end(),
                                  [](const Entry& e) { return e.key == "base"; });
  if (entry == root.entries.end()) return std::nullopt;
  const Node base = std::move(entry->value);
  root.entries.erase(entry);
  if (base.kind != Node::Kind::kScalar || base.scalar.empty()) {
    fail_base(base.place, fmt::format("got {}; expected the path of one file", got_text(base)));
  }
  return NamedFile{(file.parent_path() / base.scalar).lexically_normal(), base.place};
}

void check_no_cycle(const std::vector<NamedFile>& chain, const NamedFile& next) {
  std::vector<std::string> names;
  bool found = false;
  for (const NamedFile& file : chain) {
    names.push_back(file.path.string());
    found = found || fs::weakly_canonical(file.path) == fs::weakly_canonical(next.path);
  }
  names.push_back(next.path.string());
  if (found) fail_base(next.named_at, fmt::format("a cycle: {}", fmt::join(names, " -> ")));
}

Node load_chain(const fs::path& first) {
  std::vector<NamedFile> chain;
  std::vector<Node> layers;
  for (std::optional<NamedFile> next = NamedFile{first, {}}; next;) {
    check_no_cycle(chain, *next);
    chain.push_back(*next);
    layers.push_back(parse_yaml(read_config_file(*next), next->path.string()));
    next = take_base(layers.back(), chain.back().path);
  }
  Node root = std::move(layers.back());
  for (std::size_t i = layers.size() - 1; i-- > 0;) merge_into(root, layers[i]);
  return root;
}

/// The entry of a map, made with a null value where it is missing.
Entry& entry_of(Node& map, std::string_view key, const Place& place) {
  for (Entry& entry : map.entries) {
    if (entry.key == key) return entry;
  }
  Node nothing;
  nothing.place = place;
  return map.entries.emplace_back(Entry{std::string(key), place, std::move(nothing)});
}

/// Of the node and of all below it.
void set_place(Node& node, const Place& place) {
  node.place = place;
  for (Node& item : node.items) set_place(item, place);
  for (Entry& entry : node.entries) {
    entry.place = place;
    set_place(entry.value, place);
  }
}

}  // namespace

void merge_into(Node& target, const Node& over) {
  if (target.kind != Node::Kind::kMap || over.kind != Node::Kind::kMap) {
    target = over;
    return;
  }
  target.place = over.place;
  for (const Entry& entry : over.entries) {
    Entry& into = entry_of(target, entry.key, entry.place);
    into.place = entry.place;
    merge_into(into.value, entry.value);
  }
}

void set_value(Node& root, std::string_view assignment, const Place& place) {
  const Place whole{fmt::format("{}: {}", place.text(), one_line(assignment)), 0, 0};
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) fail(whole, "key.path=value is expected");
  Node value = parse_yaml_value(assignment.substr(equals + 1), whole);
  set_place(value, place);
  const std::string_view path = assignment.substr(0, equals);
  Node* target = &root;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('.', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    if (part.empty()) fail(whole, fmt::format("\"{}\" has an empty part", one_line(path)));
    if (target->kind == Node::Kind::kNull) target->kind = Node::Kind::kMap;
    if (target->kind != Node::Kind::kMap) {
      fail(whole, fmt::format("{} is {}, not a map", one_line(path.substr(0, start - 1)),
                              got_text(*target)));
    }
    Entry& entry = entry_of(*target, part, place);
    if (end == path.size()) entry.place = place;
    target = &entry.value;
    start = end + 1;
  }
  merge_into(*target, value);
}

void apply_overrides(Node& root, std::span<const std::string> overrides) {
  const Place place{"command line", 0, 0};
  for (const std::string& assignment : overrides) {
    if (assignment.starts_with("base=")) {
      fail(place, fmt::format("{}: base must be in the file", one_line(assignment)));
    }
    set_value(root, assignment, place);
  }
}

Node load_config(const fs::path& file, std::span<const std::string> overrides) {
  Node root = load_chain(file);
  apply_overrides(root, overrides);
  return root;
}

}  // namespace lamina
