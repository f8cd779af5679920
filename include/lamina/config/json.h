#pragma once
#include <string>
#include <string_view>

#include "lamina/config/node.h"
#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"

namespace lamina {

/// JSON files are read by the reader of configurations (config/reader.h), through the same trees.
///
/// The tree of a JSON text whose root is an object. Places name `origin` alone, without lines.
/// Throws UsageError "origin: ..." where the text is not JSON, its root is not an object, or an
/// object has a key twice.
Node parse_json(std::string_view text, const std::string& origin);

/// Calls `read`, which reads a file that no user wrote: what is wrong with it is an Error, not bad
/// usage.
template <class Read>
auto reading_file(const Read& read) {
  try {
    return read();
  } catch (const UsageError& error) {
    throw Error(error);
  }
}

/// The tree of a JSON value; every node gets `place`. A number that is not finite becomes null, as
/// in JSON text.
Node node_of(const Json& value, const Place& place);

/// The value of a tree: two spellings of one number or one text give equal values. An unquoted
/// scalar is a boolean or a finite number where it reads as one.
Json json_of(const Node& node);

}  // namespace lamina
