#pragma once
#include <string>
#include <vector>

namespace lamina {

/// Runs this program `num_ranks` times on this machine with the given words after its name, each
/// process told its rank by the environment; this process hosts their rendezvous. A stop (see
/// core/stop_signal.h), also of one rank alone, is passed on to all; a second SIGINT ends all at
/// once. Where one rank fails, the others are ended at once.
/// Returns the exit status of the run: that of the first rank that failed, else that of rank 0.
int launch_local_ranks(int num_ranks, const std::vector<std::string>& arguments);

}  // namespace lamina
