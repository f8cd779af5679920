#pragma once
#include "lamina/config/node.h"

namespace lamina {

/// A configuration without what it is called and where it is kept: what decides a run's result.
Node deciding_part(Node config);

}  // namespace lamina
