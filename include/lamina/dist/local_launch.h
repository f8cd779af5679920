#pragma once
#include <string>
#include <vector>

namespace lamina {

/// Starts `num_ranks` processes of this program with `arguments` on this machine, with the
/// environment variables of torchrun, and waits for them; this process hosts their rendezvous
/// store. A stop signal (core/stop_signal.h) to this process or to any rank is forwarded to all
/// ranks; a second SIGINT kills them. If one rank fails, the others are killed. Returns the exit
/// status of the first rank that failed, otherwise that of rank 0.
int launch_local_ranks(int num_ranks, const std::vector<std::string>& arguments);

}  // namespace lamina
