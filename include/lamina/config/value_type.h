#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

/// What kind of value a setting takes, for messages and help.
struct ValueType {
  enum class Kind { kBool, kInteger, kNumber, kText, kPath, kName };

  Kind kind;
  bool list = false;
  std::span<const char* const> names = {};     ///< of kName
  std::size_t length = 0;                      ///< of a list whose length is fixed; 0: any length
  std::span<const char* const> meanings = {};  ///< of the names; none, or as many
};

template <class Enum>
constexpr std::span<const char* const> meanings_of() {
  if constexpr (requires { EnumNames<Enum>::meanings; }) return EnumNames<Enum>::meanings;
  return {};
}

template <class T>
struct ValueTypeOf {
  static_assert(std::is_enum_v<T>, "a setting must have one of the types named in core/setting.h");
  static constexpr ValueType value{ValueType::Kind::kName, false, EnumNames<T>::names, 0,
                                   meanings_of<T>()};
};

template <>
struct ValueTypeOf<bool> {
  static constexpr ValueType value{ValueType::Kind::kBool};
};

template <>
struct ValueTypeOf<std::int64_t> {
  static constexpr ValueType value{ValueType::Kind::kInteger};
};

template <>
struct ValueTypeOf<double> {
  static constexpr ValueType value{ValueType::Kind::kNumber};
};

template <>
struct ValueTypeOf<std::string> {
  static constexpr ValueType value{ValueType::Kind::kText};
};

template <>
struct ValueTypeOf<std::filesystem::path> {
  static constexpr ValueType value{ValueType::Kind::kPath};
};

template <class T>
struct ValueTypeOf<std::optional<T>> : ValueTypeOf<T> {};

template <class T>
struct ValueTypeOf<std::vector<T>> {
  static constexpr ValueType value{ValueTypeOf<T>::value.kind, true, ValueTypeOf<T>::value.names};
};

template <class T, std::size_t N>
struct ValueTypeOf<std::array<T, N>> {
  static constexpr ValueType value{ValueTypeOf<T>::value.kind, true, ValueTypeOf<T>::value.names,
                                   N};
};

/// "1 number", "3 integers": so many values of the type's kind.
std::string count_text(const ValueType& type, std::size_t count);

/// "number >= 0", "list of 2 numbers >= 0", "list of integers >= 1 (tokens)", "one of rms, layer".
std::string type_text(const ValueType& type, const Setting& setting);

}  // namespace lamina
