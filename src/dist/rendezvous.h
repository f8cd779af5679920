#pragma once
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>

#include "lamina/dist/launch_environment.h"

namespace lamina {

/// How long ranks wait for each other to start.
constexpr std::chrono::minutes kRendezvousTimeout{10};

/// "node7:29500", or with several ports "node7, ports 20017, 24711".
std::string master_text(const LaunchEnvironment& environment);

/// Connects to the store of this launch; rank 0 makes it, unless the launcher did. Its keys are
/// visible to ranks of the same launch id alone.
///
/// The store carries the id of the launch it was made for. A rank that finds another launch's at a
/// port which the user set throws Error at once; at ports that follow from the launch id it looks
/// on at the others. Where two launches cannot be told apart, because no launcher gave an id, the
/// second process that claims a rank throws Error, as does a rank 0 that finds no free port, and
/// anyone who waits longer than `timeout`. Throws Stopped on a stop signal.
c10::intrusive_ptr<c10d::Store> join_store(const LaunchEnvironment& environment,
                                           std::chrono::seconds timeout = kRendezvousTimeout);

}  // namespace lamina
