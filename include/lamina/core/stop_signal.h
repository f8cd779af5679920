#pragma once
#include "lamina/core/error.h"

namespace lamina {

/// Work was given up because the process was asked to stop; it can be done again.
class Stopped : public Error {
 public:
  Stopped();
};

/// After this call SIGTERM, SIGINT and SIGUSR1 no longer end the process: they are remembered, and
/// `stop_requested` tells. A second SIGINT ends it at once, as an impatient user expects.
void watch_stop_signals();

bool stop_requested();

/// Name of the signal that asked, e.g. "SIGTERM"; "" when none has.
const char* stop_signal_name();

}  // namespace lamina
