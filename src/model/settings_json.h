#pragma once
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/setting.h"

namespace lamina {

/// A visitor that reads a settings struct from a JSON object as strictly as a configuration file is
/// read: absent and null keys keep the default; an unknown or unused key, a wrong type and a value
/// out of range throw Error.
class JsonSettingsReader {
 public:
  explicit JsonSettingsReader(const Json& object, std::string prefix = "")
      : object_(object), prefix_(std::move(prefix)) {}

  template <class T>
  void field(const char* key, T& value, const Setting& setting) {
    known_.insert(key);
    const auto found = object_.find(key);
    if (found == object_.end() || found->is_null()) {
      if (setting.required) fail(key, "is missing");
      return;
    }
    if (!setting.used) fail(key, fmt::format("has no effect unless {}", setting.used_when));
    assign(key, *found, value, setting);
  }

  template <class Section>
  void section(const char* key, Section& value, const char*) {
    known_.insert(key);
    const auto found = object_.find(key);
    if (found == object_.end() || found->is_null()) return;
    if (!found->is_object()) wrong(key, *found, "an object");
    JsonSettingsReader reader(*found, prefix_ + key + ".");
    value.visit(reader);
    reader.finish();
  }

  /// Throws Error if the object has a key that was not visited.
  void finish() const {
    for (const auto& [key, value] : object_.items()) {
      if (!known_.contains(key)) fail(key, "is unknown");
    }
  }

 private:
  [[noreturn]] void fail(const std::string& key, const std::string& what) const {
    throw Error(fmt::format("config.json: {}{}: {}", prefix_, key, what));
  }

  [[noreturn]] void wrong(const char* key, const Json& json, const std::string& allowed) const {
    fail(key, fmt::format("got {}; expected {}", json.dump(), allowed));
  }

  void assign(const char* key, const Json& json, bool& value, const Setting&) const {
    if (!json.is_boolean()) wrong(key, json, "true or false");
    value = json.get<bool>();
  }
  void assign(const char* key, const Json& json, std::string& value, const Setting&) const {
    if (!json.is_string()) wrong(key, json, "a string");
    value = json.get<std::string>();
  }
  void assign(const char* key, const Json& json, std::int64_t& value, const Setting& s) const {
    if (!json.is_number_integer() || !in_range(json, s)) wrong(key, json, numbers("an integer", s));
    value = json.get<std::int64_t>();
  }
  void assign(const char* key, const Json& json, double& value, const Setting& s) const {
    if (!json.is_number() || !in_range(json, s)) wrong(key, json, numbers("a number", s));
    value = json.get<double>();
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void assign(const char* key, const Json& json, Enum& value, const Setting&) const {
    const auto& names = EnumNames<Enum>::names;
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const char* name) { return json == Json(name); });
    if (found == names.end()) wrong(key, json, fmt::format("one of {}", fmt::join(names, ", ")));
    value = static_cast<Enum>(found - names.begin());
  }
  template <class T>
  void assign(const char* key, const Json& json, std::optional<T>& value, const Setting& s) const {
    assign(key, json, value.emplace(), s);
  }
  template <class T>
  void assign(const char* key, const Json& json, std::vector<T>& value, const Setting& s) const {
    if (!json.is_array()) wrong(key, json, "a list");
    value.resize(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) assign(key, json[i], value[i], s);
  }

  static bool in_range(const Json& json, const Setting& setting) {
    const double number = json.get<double>();
    return number >= setting.min && number <= setting.max;
  }
  static std::string numbers(const char* kind, const Setting& setting) {
    return fmt::format("{} from {} to {}", kind, setting.min, setting.max);
  }

  const Json& object_;
  std::string prefix_;
  std::set<std::string> known_;
};

/// A visitor that writes the settings that are set and used to a JSON object.
class JsonSettingsWriter {
 public:
  template <class T>
  void field(const char* key, const T& value, const Setting& setting) {
    if (setting.used) write(key, value);
  }
  template <class Section>
  void section(const char* key, Section& value, const char*) {
    JsonSettingsWriter writer;
    value.visit(writer);
    object_[key] = std::move(writer.object_);
  }

  const Json& object() const { return object_; }

 private:
  template <class T>
  void write(const char* key, const T& value) {
    if constexpr (std::is_enum_v<T>) {
      object_[key] = enum_name(value);
    } else {
      object_[key] = value;
    }
  }
  template <class T>
  void write(const char* key, const std::optional<T>& value) {
    if (value) write(key, *value);
  }

  Json object_ = Json::object();
};

}  // namespace lamina
