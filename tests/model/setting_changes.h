#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

/// Other values of a setting, not all consistent with the other settings; some are.
template <class T>
std::vector<T> other_values(const T& value, const Setting& setting) {
  std::vector<T> others;
  if constexpr (std::is_same_v<T, bool>) {
    others = {!value};
  } else if constexpr (std::is_same_v<T, std::string>) {
    others = {"H8-GQA2-CLA2", "H8-MHA-CLA2"};
  } else if constexpr (std::is_enum_v<T>) {
    for (std::size_t i = 0; i < EnumNames<T>::names.size(); ++i)
      others.push_back(static_cast<T>(i));
  } else if constexpr (std::is_arithmetic_v<T>) {
    for (const T other :
         {T(value * 2), T(value / 2), T(value + 1), T(value - 1), T(1), T(2), T(48)}) {
      const double number = static_cast<double>(other);
      if (number >= setting.min && number <= setting.max) others.push_back(other);
    }
  } else {  // a list
    others = {T(value.size(), 0)};
  }
  std::erase(others, value);
  return others;
}

template <class T>
std::vector<std::optional<T>> other_values(const std::optional<T>& value, const Setting& setting) {
  std::vector<std::optional<T>> others;
  if (value) others.push_back(std::nullopt);
  if constexpr (std::is_same_v<T, bool> || std::is_enum_v<T>) {
    if (!value) others.push_back(T{});
  }
  for (const T& other : other_values(value.value_or(T{}), setting)) others.push_back(other);
  return others;
}

/// A visitor that gives one field of a settings struct one of its other values.
class SettingChange {
 public:
  /// Sets the field of index `field`, in the order of the visit, to its other value of index
  /// `value`.
  SettingChange(std::size_t field, std::size_t value) : field_(field), value_(value) {}

  template <class T>
  void field(const char* key, T& value, const Setting& setting) {
    if (num_fields_++ != field_) return;
    key_ = prefix_ + key;
    const auto others = other_values(value, setting);
    if (!setting.used || value_ >= others.size()) return;
    value = others[value_];
    is_made_ = true;
  }

  template <class Section>
  void section(const char* key, Section& section, const char*) {
    const std::string outer = prefix_;
    prefix_ += std::string(key) + ".";
    section.visit(*this);
    prefix_ = outer;
  }

  /// The dotted key of the field; empty if there is no field of this index.
  const std::string& key() const { return key_; }
  /// False if there is no other value of this index or the field has no effect.
  bool is_made() const { return is_made_; }

 private:
  std::size_t field_, value_, num_fields_ = 0;
  std::string prefix_, key_;
  bool is_made_ = false;
};

}  // namespace lamina
