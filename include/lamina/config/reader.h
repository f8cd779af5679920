#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "lamina/config/json.h"
#include "lamina/config/known_keys.h"
#include "lamina/config/node.h"
#include "lamina/config/value.h"
#include "lamina/core/setting.h"

namespace lamina {

/// The visitor that fills settings from one map and, for each section, from the map below.
class Reader {
 public:
  Reader(const Node& map, std::string prefix, Place place)
      : map_(map), prefix_(std::move(prefix)), place_(std::move(place)) {}

  template <class T>
  void field(const char* key, T& value, const Setting& setting = {}) {
    if (const Node* node = present(key, setting)) {
      read_value(WrittenValue{*node, path(key), setting, ValueTypeOf<T>::value}, value);
    }
  }

  template <class S>
  void section(const char* key, S& settings, const char* = "") {
    Reader inner = enter(key);
    settings.visit(inner);
  }

  /// None where the key is absent or null.
  template <class S>
  void section(const char* key, std::optional<S>& settings, const char* help = "") {
    settings.reset();
    if (is_given(key)) section(key, settings.emplace(), help);
  }

  /// A map whose keys are names, in written order. T: what `field` takes, a map again, or Json for
  /// any value. Absent or null is an empty map.
  template <class T>
  void map(const char* key, std::vector<std::pair<std::string, T>>& values) {
    values.clear();
    if (is_given(key)) read_map(*map_.find(key), path(key), values);
  }

  /// A list of maps, each read into an S of its own. Where S has the constant kScalarKey, a scalar
  /// item stands for the map {S::kScalarKey: item}, and a scalar for a list of one.
  template <class S>
  void sections(const char* key, std::vector<S>& settings, const char* = "");

 private:
  struct Item {
    Node map;
    std::string key;  ///< "designs[0]"
  };

  template <class T>
  static void read_map(const Node& map, const std::string& key,
                       std::vector<std::pair<std::string, T>>& values) {
    for (const Entry& entry : entries_of_map(map, key)) {
      const std::string path = key + "." + entry.key;
      T& value = values.emplace_back(entry.key, T{}).second;
      if constexpr (std::is_same_v<T, Json>) {
        value = json_of(entry.value);
      } else if constexpr (requires { value.emplace_back().second; }) {
        read_map(entry.value, path, value);
      } else {
        read_value(WrittenValue{entry.value, path, Setting{}, ValueTypeOf<T>::value}, value);
      }
    }
  }

  /// Throws UsageError where the node is not a map.
  static const std::vector<Entry>& entries_of_map(const Node& map, const std::string& key);

  bool is_given(const char* key) const;
  const Node* present(const char* key, const Setting& setting) const;
  Reader enter(const char* key) const;
  std::vector<Item> items_of(const Node& list, const char* key, const char* scalar_key) const;
  std::string path(std::string_view key) const;

  const Node& map_;
  std::string prefix_;
  Place place_;  ///< of the section's key; of the root's map
};

/// `prefix` is the dotted key under which the map stands. Unknown keys are reported before any
/// value is read, so `visit` must name the same keys whatever the values are.
template <class S>
void read_section(const Node& map, const std::string& prefix, S& settings) {
  KnownKeys known(prefix);
  settings.visit(known);
  check_keys(map, prefix, known.keys());
  Reader reader(map, prefix, map.place);
  settings.visit(reader);
}

template <class S>
void Reader::sections(const char* key, std::vector<S>& settings, const char*) {
  const Node* list = map_.find(key);
  if (list == nullptr) return;
  const char* scalar_key = nullptr;
  if constexpr (requires { S::kScalarKey; }) scalar_key = S::kScalarKey;
  settings.clear();
  for (const Item& item : items_of(*list, key, scalar_key)) {
    read_section(item.map, item.key, settings.emplace_back());
  }
}

/// Fills `settings` from the root of a configuration, strictly: an unknown key, a wrong type, a
/// value out of range, a missing required setting and one that has no effect throw UsageError with
/// the place. What the configuration does not name keeps its value. Null means "absent" for an
/// optional, and for a setting without effect (so that a value of `base` can be taken back).
template <class T>
void read_settings(const Node& node, T& settings) {
  read_section(node, "", settings);
}

}  // namespace lamina
