#include "lamina/dist/launch_environment.h"

#include <spdlog/fmt/fmt.h>

#include <charconv>
#include <cstdlib>
#include <initializer_list>
#include <optional>

#include "lamina/core/error.h"
#include "lamina/core/hash.h"

namespace lamina {
namespace {

/// An environment variable; none if it is not set.
std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string required(const char* name) {
  if (const auto text = variable(name)) return *text;
  throw UsageError(fmt::format(
      "environment: {}: is missing; expected, as this launcher's other variables are set", name));
}

/// A required variable that is an integer in [min, max], without other characters.
int number(const char* name, int min, int max) {
  const std::string text = required(name);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max) {
    throw UsageError(fmt::format("environment: {}: got \"{}\"; expected an integer from {} to {}",
                                 name, text, min, max));
  }
  return value;
}

/// The first of the variables that is set; the last one if none is.
const char* first_set(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (variable(name)) return name;
  }
  return *(names.end() - 1);
}

constexpr int kMaxRanks = 1 << 20;

/// Reads the three ranks from the variables with these names.
LaunchEnvironment ranks_from(const char* rank, const char* num_ranks, const char* local_rank) {
  LaunchEnvironment environment;
  environment.num_ranks = number(num_ranks, 1, kMaxRanks);
  environment.rank = number(rank, 0, environment.num_ranks - 1);
  environment.local_rank = number(local_rank, 0, environment.num_ranks - 1);
  return environment;
}

/// As in PyTorch, the restart count is part of the id: the agent's store still has the keys of the
/// previous start. Ranks that were started by hand have no run id.
LaunchEnvironment from_torchrun() {
  LaunchEnvironment environment = ranks_from("RANK", "WORLD_SIZE", "LOCAL_RANK");
  if (const auto run_id = variable("TORCHELASTIC_RUN_ID")) {
    environment.launch_id = fmt::format("torchrun-{}-{}", *run_id,
                                        variable("TORCHELASTIC_RESTART_COUNT").value_or("0"));
  }
  environment.launcher_hosts_store = variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
  return environment;
}

/// For a launcher that sets no id, such as MPICH's, the id of the Slurm job, if there is one.
std::string mpi_launch_id() {
  const auto id = variable(
      first_set({"PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "PMI_JOBID", "SLURM_JOB_ID"}));
  return id ? "mpi-" + *id : "";
}

LaunchEnvironment from_open_mpi() {
  LaunchEnvironment environment =
      ranks_from("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK");
  environment.launch_id = mpi_launch_id();
  return environment;
}

LaunchEnvironment from_pmi() {
  LaunchEnvironment environment =
      ranks_from("PMI_RANK", "PMI_SIZE", first_set({"PMI_LOCAL_RANK", "MPI_LOCALRANKID"}));
  environment.launch_id = mpi_launch_id();
  return environment;
}

LaunchEnvironment from_srun() {
  LaunchEnvironment environment =
      ranks_from("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID");
  environment.launch_id =
      fmt::format("slurm-{}.{}-{}", required("SLURM_JOB_ID"), required("SLURM_STEP_ID"),
                  variable("SLURM_RESTART_COUNT").value_or("0"));
  environment.master_address = variable("SLURM_LAUNCH_NODE_IPADDR").value_or("127.0.0.1");
  return environment;
}

/// Inside a Slurm job mpirun starts its processes by srun, so the variables of both are set;
/// `srun --mpi=pmi2` sets PMI_SIZE but not the local rank of PMI.
LaunchEnvironment from_launcher() {
  if (variable("WORLD_SIZE")) return from_torchrun();
  if (variable("OMPI_COMM_WORLD_SIZE")) return from_open_mpi();
  const bool by_srun = variable("SLURM_STEP_NUM_TASKS").has_value();  // not set in a batch script
  const bool has_pmi_local_rank =
      variable(first_set({"PMI_LOCAL_RANK", "MPI_LOCALRANKID"})).has_value();
  if (variable("PMI_SIZE") && (has_pmi_local_rank || !by_srun)) return from_pmi();
  return by_srun ? from_srun() : LaunchEnvironment{};
}

/// Ports derived from the launch id, below the ephemeral ports of Linux (32768 and above). Several,
/// because one may be in use.
std::vector<std::uint16_t> ports_of(const std::string& launch_id) {
  constexpr unsigned long kFirst = 20000, kCount = 12768;
  std::vector<std::uint16_t> ports;
  for (int i = 0; i < 4; ++i) {
    const std::string digits = hash_text(fmt::format("{} {}", launch_id, i)).substr(0, 8);
    ports.push_back(static_cast<std::uint16_t>(kFirst + std::stoul(digits, nullptr, 16) % kCount));
  }
  return ports;
}

/// Sets address and ports; MASTER_ADDR and MASTER_PORT override what a launcher implies.
void read_master(LaunchEnvironment& environment) {
  if (const auto address = variable("MASTER_ADDR")) environment.master_address = *address;
  if (variable("MASTER_PORT")) {
    environment.master_ports = {static_cast<std::uint16_t>(number("MASTER_PORT", 1, 65535))};
  } else if (!environment.launch_id.empty()) {
    environment.master_ports = ports_of(environment.launch_id);
  }
}

}  // namespace

LaunchEnvironment launch_environment() {
  LaunchEnvironment environment = from_launcher();
  read_master(environment);
  return environment;
}

}  // namespace lamina
