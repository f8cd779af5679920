#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lamina/config/node.h"
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
  void section(const char* key, std::optional<S>&, const char* help = "") {
    S settings{};
    section(key, settings, help);
  }

  template <class S>
  void sections(const char* key, std::vector<S>&, const char* = "") {
    add(key, false);
  }

  template <class T>
  void map(const char* key, std::vector<std::pair<std::string, T>>&) {
    add(key, false);
  }

  const std::vector<Key>& keys() const { return keys_; }

 private:
  std::string add(const char* key, bool is_section);

  std::string prefix_;
  std::vector<Key> keys_;
};

/// Throws UsageError where a map has a key that the settings under `prefix` lack, with the key that
/// was probably meant, and where a section is not a map.
void check_keys(const Node& node, const std::string& prefix,
                const std::vector<KnownKeys::Key>& known);

}  // namespace lamina
