#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lamina/config/node.h"
#include "lamina/config/value.h"
#include "lamina/core/setting.h"

namespace lamina {

/// The dotted keys that a settings struct has, in the order of its visit.
class KnownKeys {
 public:
  struct Key {
    std::string path;
    bool is_section;
  };

  explicit KnownKeys(std::string prefix) : prefix_(std::move(prefix)) {}

  template <class T>
  void field(const char* key, T&, const Setting& = {}) {
    add(key, false);
  }

  template <class S>
  void section(const char* key, S& settings, const char* = "") {
    const std::string outer = prefix_;
    prefix_ = add(key, true);
    settings.visit(*this);
    prefix_ = outer;
  }

  template <class S>
  void sections(const char* key, std::vector<S>&, const char* = "") {
    add(key, false);
  }

  const std::vector<Key>& keys() const { return keys_; }

 private:
  std::string add(const char* key, bool is_section);

  std::string prefix_;
  std::vector<Key> keys_;
};

/// Throws UsageError where a map has a key that the settings under `prefix` lack, with the key that
/// was probably meant, and where a section is no map.
void check_keys(const Node& node, const std::string& prefix,
                const std::vector<KnownKeys::Key>& known);

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

  /// A list of maps, each read into an S of its own. Where S has the constant kScalarKey, a scalar
  /// item stands for the map {S::kScalarKey: item}, and a scalar for a list of one.
  template <class S>
  void sections(const char* key, std::vector<S>& settings, const char* = "");

 private:
  struct Item {
    Node map;
    std::string key;  ///< "designs[0]"
  };

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
