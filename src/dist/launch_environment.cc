#include "lamina/dist/launch_environment.h"

#include <spdlog/fmt/fmt.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "lamina/core/error.h"

namespace lamina {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

int number(const char* name, int min, int max) {
  const auto text = variable(name);
  if (!text)
    throw UsageError(fmt::format("environment: {} is missing beside the launcher's others", name));
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < min || value > max) {
    throw UsageError(
        fmt::format("environment: {} is \"{}\"; a whole number from {} to {} is allowed", name,
                    *text, min, max));
  }
  return value;
}

constexpr int kMostRanks = 1 << 20;

LaunchEnvironment placed(const char* rank, const char* num_ranks, const char* local_rank) {
  LaunchEnvironment environment;
  environment.num_ranks = number(num_ranks, 1, kMostRanks);
  environment.rank = number(rank, 0, environment.num_ranks - 1);
  environment.local_rank = number(local_rank, 0, environment.num_ranks - 1);
  return environment;
}

void read_master(LaunchEnvironment& environment) {
  if (const auto address = variable("MASTER_ADDR")) environment.master_address = *address;
  if (variable("MASTER_PORT")) {
    environment.master_port = static_cast<std::uint16_t>(number("MASTER_PORT", 1, 65535));
  }
}

/// Jobs that share a node must not share a port.
std::uint16_t port_of_slurm_job() {
  constexpr int kFirst = 20000, kCount = 20000;
  return static_cast<std::uint16_t>(kFirst + number("SLURM_JOB_ID", 0, 1 << 30) % kCount);
}

}  // namespace

LaunchEnvironment launch_environment() {
  LaunchEnvironment environment;
  if (variable("WORLD_SIZE")) {
    environment = placed("RANK", "WORLD_SIZE", "LOCAL_RANK");
    environment.launcher_hosts_store = variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
  } else if (variable("SLURM_STEP_NUM_TASKS")) {  // set by srun alone, not in a batch script
    environment = placed("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID");
    environment.master_address = variable("SLURM_LAUNCH_NODE_IPADDR").value_or("127.0.0.1");
    environment.master_port = port_of_slurm_job();
  } else if (variable("OMPI_COMM_WORLD_SIZE")) {
    environment =
        placed("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK");
  }
  read_master(environment);
  return environment;
}

}  // namespace lamina
