#include "lamina/core/error.h"

namespace lamina {
namespace {

std::string line_of(const ErrorPlace& place, const std::string& reason) {
  std::string line;
  for (const std::string* part : {&place.location, &place.key}) {
    if (!part->empty()) line += *part + ": ";
  }
  return line + reason;
}

}  // namespace

Error::Error(ErrorPlace place, std::string reason)
    : std::runtime_error(line_of(place, reason)),
      place_(std::move(place)),
      reason_(std::move(reason)) {}

}  // namespace lamina
