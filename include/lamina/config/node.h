#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// Where something was written. Lines and columns count from 1, columns in bytes. What comes from
/// no file ("command line: model.x=3") has line 0 and shows `file` alone.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  std::string text() const;  ///< "configs/a.yaml:3:5"
};

struct Entry;

/// A YAML value with the place where it was written. Scalars keep their text: what it means is
/// decided by the setting that reads it. `~`, `null` and an empty value are kNull.
struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  std::string scalar;
  bool quoted = false;         ///< in quotes or of several lines: text, never a number or a boolean
  std::vector<Node> items;     ///< of a sequence
  std::vector<Entry> entries;  ///< of a map, in written order
  Place place;

  /// The value of a map's key, or nullptr.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Entry {
  std::string key;
  Place place;
  Node value;
};

/// One YAML document whose root is a map; an empty one is an empty map. Strict: repeated keys, tabs
/// in the indentation (of any line that is not blank or a comment), anchors, aliases, tags, merge
/// keys, keys that are not text, control bytes, invalid UTF-8, more than 64 levels and more than
/// 4 MiB throw UsageError "origin:line:column: ...".
Node parse_yaml(std::string_view text, const std::string& origin);

/// Any YAML value, with the same rules; every node and every error gets `place`.
Node parse_yaml_value(std::string_view text, const Place& place);

/// Maps in block style, sequences of scalars in flow style; `parse_yaml` reads the same tree back.
std::string to_yaml(const Node& node);

}  // namespace lamina
