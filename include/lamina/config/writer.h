#pragma once
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "lamina/config/json.h"
#include "lamina/config/node.h"
#include "lamina/config/value.h"
#include "lamina/core/setting.h"

namespace lamina {

/// The visitor behind settings_node.
class Writer {
 public:
  Writer() { map_.kind = Node::Kind::kMap; }

  template <class T>
  void field(const char* key, T& value, const Setting& setting = {}) {
    Node node;
    if (setting.used) write_value(node, value, PathStyle::kAbsolute);
    const bool is_written = node.kind != Node::Kind::kNull || (setting.nullable && setting.used);
    if (is_written) add(key, std::move(node));
  }

  template <class S>
  void section(const char* key, S& settings, const char* = "") {
    Writer inner;
    settings.visit(inner);
    if (!inner.map_.entries.empty()) add(key, std::move(inner.map_));
  }

  template <class S>
  void section(const char* key, std::optional<S>& settings, const char* help = "") {
    if (settings) section(key, *settings, help);
  }

  template <class T>
  void map(const char* key, const std::vector<std::pair<std::string, T>>& values) {
    if (!values.empty()) add(key, map_node(values));
  }

  template <class S>
  void sections(const char* key, std::vector<S>& settings, const char* = "") {
    Node list;
    list.kind = Node::Kind::kSequence;
    for (S& item : settings) {
      Writer inner;
      item.visit(inner);
      list.items.push_back(shortest<S>(std::move(inner.map_)));
    }
    add(key, std::move(list));
  }

  Node& map() { return map_; }

 private:
  template <class T>
  static Node map_node(const std::vector<std::pair<std::string, T>>& values) {
    Node map;
    map.kind = Node::Kind::kMap;
    for (const auto& [name, value] : values) {
      Entry& entry = map.entries.emplace_back(Entry{name, {}, {}});
      if constexpr (std::is_same_v<T, Json>) {
        entry.value = node_of(value, {});
      } else if constexpr (requires { value.front().second; }) {
        entry.value = map_node(value);
      } else {
        write_value(entry.value, value, PathStyle::kAsGiven);
      }
    }
    return map;
  }

  /// The scalar that stands for the map, where S::kScalarKey alone is set.
  template <class S>
  static Node shortest(Node map) {
    if constexpr (requires { S::kScalarKey; }) {
      if (map.entries.size() == 1 && map.entries[0].key == S::kScalarKey) {
        return std::move(map.entries[0].value);
      }
    }
    return map;
  }

  void add(const char* key, Node node) { map_.entries.push_back({key, {}, std::move(node)}); }

  Node map_;
};

/// Every setting spelled out, defaults too; without effect and absent ones are left out, paths are
/// absolute. `read_settings` of it, or of its `to_yaml`, gives equal settings.
template <class T>
Node settings_node(const T& settings) {
  T copy = settings;  // `visit` serves the reader too, so it is not const
  Writer writer;
  copy.visit(writer);
  return std::move(writer.map());
}

/// The same as a JSON object.
template <class T>
Json settings_json(const T& settings) {
  return json_of(settings_node(settings));
}

}  // namespace lamina
