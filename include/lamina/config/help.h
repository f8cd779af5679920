#pragma once
#include <string>
#include <utility>
#include <vector>

#include "lamina/config/node.h"
#include "lamina/config/value.h"
#include "lamina/config/value_type.h"
#include "lamina/core/setting.h"

namespace lamina {

/// The visitor behind settings_help.
class HelpLister {
 public:
  template <class T>
  void field(const char* key, T& value, const Setting& setting = {}) {
    Node node;
    write_value(node, value, PathStyle::kAsGiven);
    add_field(key, ValueTypeOf<T>::value, node, setting);
  }

  template <class S>
  void section(const char* key, S& settings, const char* help = "") {
    const std::string outer = prefix_;
    open_section(key, help);
    settings.visit(*this);
    prefix_ = outer;
  }

  /// Lists the settings that each item of the list takes.
  template <class S>
  void sections(const char* key, std::vector<S>&, const char* help = "") {
    S item{};
    section((std::string(key) + "[]").c_str(), item, help);
  }

  std::string text() const;

 private:
  struct Row {
    std::string key;  ///< empty: explains a value of the row above
    std::string type;
    std::string standard;  ///< the default value
    std::string help;
    bool is_heading;  ///< of a section
  };

  void add_field(const char* key, const ValueType& type, const Node& value, const Setting& setting);
  void open_section(const char* key, const char* help);
  std::string dotted(const char* key) const;

  std::string prefix_;
  std::vector<Row> rows_;
};

/// An aligned listing: dotted key, type with allowed range and unit, default, meaning; below it the
/// meanings of an enum's names, where EnumNames has them.
template <class T>
std::string settings_help(const T& defaults) {
  T copy = defaults;  // `visit` serves the reader too, so it is not const
  HelpLister lister;
  copy.visit(lister);
  return lister.text();
}

}  // namespace lamina
