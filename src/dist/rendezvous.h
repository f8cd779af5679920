#pragma once
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>

#include "lamina/dist/launch_environment.h"

namespace lamina {

/// How long ranks wait for each other at the start.
constexpr std::chrono::minutes kRendezvousTimeout{10};

/// The address in messages: "node7:29500"; with several ports "node7, ports 20017, 24711".
std::string master_text(const LaunchEnvironment& environment);

/// Connects to the store of this launch; rank 0 creates it unless the launcher did. Its keys are
/// visible only to ranks with the same launch id.
///
/// The store contains the id of the launch that it was created for. A rank that finds the store of
/// another launch throws Error if the user set the port, and otherwise tries the other ports. Two
/// launches without an id cannot be distinguished, so the second process that claims a rank throws
/// Error. So do a rank 0 without a free port, and a rank that waits longer than `timeout`. Throws
/// Stopped if a stop is requested.
c10::intrusive_ptr<c10d::Store> join_store(const LaunchEnvironment& environment,
                                           std::chrono::seconds timeout = kRendezvousTimeout);

}  // namespace lamina
