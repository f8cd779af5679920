#pragma once
#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"
#include "lamina/core/stop_signal.h"

namespace lamina {

/// Throws Error once the process has been asked to stop: long work on text asks now and then.
inline void fail_if_stopped() {
  if (stop_requested()) {
    throw Error(fmt::format("stopped by {}; no token file was written", stop_signal_name()));
  }
}

}  // namespace lamina
