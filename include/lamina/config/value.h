#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "lamina/config/node.h"
#include "lamina/config/value_type.h"
#include "lamina/core/setting.h"

namespace lamina {

/// A setting's value as it was written, under its dotted key.
struct WrittenValue {
  const Node& node;
  std::string key;
  const Setting& setting;
  ValueType type;
};

/// Conversions; each throws UsageError naming place, key, what was got and what is allowed.
void read_value(const WrittenValue& written, bool& value);
void read_value(const WrittenValue& written, std::int64_t& value);
void read_value(const WrittenValue& written, double& value);
void read_value(const WrittenValue& written, std::string& value);
/// Relative to the folder of the file in which it stands, else to the current one; "" stays "".
void read_value(const WrittenValue& written, std::filesystem::path& value);

/// The index among `type.names`.
std::size_t read_name(const WrittenValue& written);
/// The items of a list, as many as `type.length` wants; a scalar is a list of one.
std::vector<WrittenValue> read_list(const WrittenValue& written);

template <class Enum>
requires std::is_enum_v<Enum>
void read_value(const WrittenValue& written, Enum& value) {
  value = static_cast<Enum>(read_name(written));
}

template <class T>
void read_value(const WrittenValue& written, std::vector<T>& values) {
  std::vector<T> read;
  for (const WrittenValue& item : read_list(written)) {
    T value{};
    read_value(item, value);
    read.push_back(std::move(value));
  }
  values = std::move(read);
}

template <class T, std::size_t N>
void read_value(const WrittenValue& written, std::array<T, N>& values) {
  const std::vector<WrittenValue> items = read_list(written);
  std::array<T, N> read{};
  for (std::size_t i = 0; i < N; ++i) read_value(items.at(i), read[i]);
  values = std::move(read);
}

template <class T>
void read_value(const WrittenValue& written, std::optional<T>& value) {
  std::optional<T> read;
  if (written.node.kind != Node::Kind::kNull) read_value(written, read.emplace());
  value = std::move(read);
}

/// How paths are written: a file that is kept needs them absolute.
enum class PathStyle { kAbsolute, kAsGiven };

void write_value(Node& node, bool value, PathStyle paths);
void write_value(Node& node, std::int64_t value, PathStyle paths);
void write_value(Node& node, double value, PathStyle paths);
void write_value(Node& node, const std::string& value, PathStyle paths);
void write_value(Node& node, const std::filesystem::path& value, PathStyle paths);

template <class Enum>
requires std::is_enum_v<Enum>
void write_value(Node& node, Enum value, PathStyle paths) {
  write_value(node, std::string(enum_name(value)), paths);
}

template <class T>
void write_value(Node& node, const std::vector<T>& values, PathStyle paths) {
  node.kind = Node::Kind::kSequence;
  for (const T& value : values) write_value(node.items.emplace_back(), value, paths);
}

template <class T, std::size_t N>
void write_value(Node& node, const std::array<T, N>& values, PathStyle paths) {
  node.kind = Node::Kind::kSequence;
  for (const T& value : values) write_value(node.items.emplace_back(), value, paths);
}

/// An empty optional leaves the node null.
template <class T>
void write_value(Node& node, const std::optional<T>& value, PathStyle paths) {
  if (value) write_value(node, *value, paths);
}

}  // namespace lamina
