#include "lamina/record/format_version.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"

namespace lamina {

void check_format_version(const Node& root, std::int64_t supported) {
  const Node* version = root.find("format_version");
  const std::string got = version == nullptr ? "nothing" : version->scalar;
  if (got == std::to_string(supported)) return;
  throw UsageError(fmt::format(
      "{}: format_version: got {}; expected {}: it was written by another version of lamina",
      root.place.text(), got, supported));
}

}  // namespace lamina
