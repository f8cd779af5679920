#include "lamina/config/reader.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "message.h"

namespace lamina {
namespace {

using Keys = std::vector<KnownKeys::Key>;

std::string joined(std::string_view prefix, std::string_view key) {
  return prefix.empty() ? std::string(key) : fmt::format("{}.{}", prefix, key);
}

const Entry* find_entry(const Node& map, std::string_view key) {
  for (const Entry& entry : map.entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }

/// The names of the keys directly under `prefix`.
std::vector<std::string_view> names_under(std::string_view prefix, const Keys& known) {
  std::vector<std::string_view> names;
  for (const KnownKeys::Key& key : known) {
    const std::string_view name = last_part(key.path);
    if (joined(prefix, name) == key.path) names.push_back(name);
  }
  return names;
}

/// The settings of that name, or nearly, in other sections: "optimizer.learning_rate".
std::string same_name_elsewhere(std::string_view name, const Keys& known) {
  std::vector<std::string_view> names;
  for (const KnownKeys::Key& key : known) {
    if (!key.is_section) names.push_back(last_part(key.path));
  }
  const std::string_view near = nearest_name(name, names);
  std::string found;
  for (const KnownKeys::Key& key : known) {
    const bool same = !near.empty() && !key.is_section && last_part(key.path) == near;
    if (same) found += (found.empty() ? "" : " or ") + key.path;
  }
  return found;
}

std::string advice(const std::string& name, const std::string& prefix, const Keys& known) {
  const auto is_known = [&](const KnownKeys::Key& key) { return key.path == joined(prefix, name); };
  if (std::any_of(known.begin(), known.end(), is_known)) {
    return " as one key; nest it, a section for each part before a dot";
  }
  const auto names = names_under(prefix, known);
  const std::string_view near = nearest_name(name, names);
  if (!near.empty()) return fmt::format("; did you mean {}?", joined(prefix, near));
  const std::string elsewhere = same_name_elsewhere(name, known);
  if (!elsewhere.empty()) return fmt::format("; did you mean {}?", elsewhere);
  return fmt::format("; known here: {}", fmt::join(names, ", "));
}

void check_is_map(const Node& node, const std::string& key, const Keys& known) {
  if (node.kind == Node::Kind::kMap) return;
  fail(node.place,
       fmt::format("{}{}got {}; expected a map with the keys {}", key, key.empty() ? "" : ": ",
                   got_text(node), fmt::join(names_under(key, known), ", ")));
}

}  // namespace

std::string KnownKeys::add(const char* key, bool is_section) {
  return keys_.emplace_back(Key{joined(prefix_, key), is_section}).path;
}

void check_keys(const Node& node, const std::string& prefix, const Keys& known) {
  check_is_map(node, prefix, known);
  for (const Entry& entry : node.entries) {
    const std::string path = joined(prefix, entry.key);
    const auto key = std::find_if(known.begin(), known.end(),
                                  [&](const KnownKeys::Key& k) { return k.path == path; });
    if (key == known.end() || entry.key.find('.') != std::string::npos) {
      fail(entry.place,
           fmt::format("{} is unknown{}", one_line(path), advice(entry.key, prefix, known)));
    }
    if (key->is_section) check_keys(entry.value, path, known);
  }
}

const std::vector<Entry>& Reader::entries_of_map(const Node& map, const std::string& key) {
  if (map.kind == Node::Kind::kMap) return map.entries;
  fail(map.place, fmt::format("{}: got {}; expected a map", key, got_text(map)));
}

bool Reader::is_given(const char* key) const {
  const Node* node = map_.find(key);
  return node != nullptr && node->kind != Node::Kind::kNull;
}

const Node* Reader::present(const char* key, const Setting& setting) const {
  const Entry* entry = find_entry(map_, key);
  if (entry == nullptr) {
    if (setting.required && setting.used) {
      const bool has_help = *setting.help != '\0';
      fail(place_, fmt::format("{} is required but not set{}{}", path(key), has_help ? ": " : "",
                               setting.help));
    }
    return nullptr;
  }
  if (setting.used) return &entry->value;
  if (entry->value.kind == Node::Kind::kNull) return nullptr;
  const bool has_reason = *setting.used_when != '\0';
  fail(entry->place, fmt::format("{} is set but has no effect{}{}", path(key),
                                 has_reason ? ": it is used when " : " here", setting.used_when));
}

Reader Reader::enter(const char* key) const {
  static const Node empty;
  const Entry* entry = find_entry(map_, key);
  return entry == nullptr ? Reader(empty, path(key), place_)
                          : Reader(entry->value, path(key), entry->place);
}

std::vector<Reader::Item> Reader::items_of(const Node& list, const char* key,
                                           const char* scalar_key) const {
  const bool lone = list.kind == Node::Kind::kScalar && scalar_key != nullptr;
  if (list.kind != Node::Kind::kSequence && !lone) {
    fail(list.place, fmt::format("{}: got {}; expected a list", path(key), got_text(list)));
  }
  std::vector<Item> items;
  for (const Node& written : lone ? std::vector<Node>{list} : list.items) {
    Item item{written, fmt::format("{}[{}]", path(key), items.size())};
    if (written.kind == Node::Kind::kScalar && scalar_key != nullptr) {
      item.map = Node();
      item.map.kind = Node::Kind::kMap;
      item.map.place = written.place;
      item.map.entries.push_back({scalar_key, written.place, written});
    }
    items.push_back(std::move(item));
  }
  return items;
}

std::string Reader::path(std::string_view key) const { return joined(prefix_, key); }

}  // namespace lamina
