#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "lamina/config/node.h"

namespace lamina {

/// A configuration file laid over the file that its key `base` names (relative to its own folder;
/// that file may have a base too), then the overrides "key.path=value" in their order.
/// Throws UsageError.
Node load_config(const std::filesystem::path& file, std::span<const std::string> overrides);

/// Lays the overrides "key.path=value" upon the tree, in their order. Throws UsageError.
void apply_overrides(Node& root, std::span<const std::string> overrides);

/// Lays `over` upon `target`: maps merge key by key, everything else is replaced.
void merge_into(Node& target, const Node& over);

/// Lays one assignment "optimizer.learning_rate=3e-4" upon the tree; maps on the way are made where
/// they are missing. The value is YAML (flow lists and maps too); an empty one is null. The new
/// nodes get `place`, which has no line, as errors about them name their key; errors about the
/// assignment itself (UsageError) name it after the place.
void set_value(Node& root, std::string_view assignment, const Place& place);

}  // namespace lamina
