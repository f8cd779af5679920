#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"

namespace lamina {

/// Parses a JSON text and rejects duplicate keys, of which the JSON library silently keeps one.
/// Throws Error naming a duplicate key, and Json::exception if the text is not JSON or contains a
/// number that no type can represent.
template <class AnyJson>
AnyJson parse_strict_json(std::string_view text) {
  using Event = typename AnyJson::parse_event_t;
  std::vector<std::set<std::string>> open_objects;
  return AnyJson::parse(text, [&](int, Event event, AnyJson& parsed) {
    if (event == Event::object_start) open_objects.emplace_back();
    if (event == Event::object_end) open_objects.pop_back();
    if (event == Event::key &&
        !open_objects.back().insert(parsed.template get<std::string>()).second) {
      throw Error("duplicate key " + parsed.dump());
    }
    return true;
  });
}

}  // namespace lamina
