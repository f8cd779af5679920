#pragma once
#include <cstdint>

#include "lamina/config/node.h"

namespace lamina {

/// Throws UsageError unless the file's key `format_version` is `supported`: before anything else of
/// it is read, so that a file of another version is not refused for one of its keys.
void check_format_version(const Node& root, std::int64_t supported);

}  // namespace lamina
