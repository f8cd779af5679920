#include "lamina/config/dotted.h"

namespace lamina {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

std::string value_text(const Node& value) {
  const std::string text = to_yaml(value);
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

void add_settings(const Node& map, const std::string& prefix, Settings& settings) {
  for (const Entry& entry : map.entries) {
    const std::string key = prefix + entry.key;
    if (entry.value.kind == Node::Kind::kMap) {
      add_settings(entry.value, key + ".", settings);
    } else {
      settings.emplace_back(key, value_text(entry.value));
    }
  }
}

}  // namespace

Settings dotted_settings(const Node& root) {
  Settings settings;
  add_settings(root, "", settings);
  return settings;
}

}  // namespace lamina
