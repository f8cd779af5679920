#pragma once
#include <string>

namespace lamina {

/// The name of this host; "unknown" if the system does not give one.
std::string host_name();

}  // namespace lamina
