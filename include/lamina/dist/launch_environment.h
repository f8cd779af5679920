#pragma once
#include <cstdint>
#include <string>

namespace lamina {

/// This process's place among those that train together, as its launcher said in the environment.
struct LaunchEnvironment {
  int rank = 0;
  int num_ranks = 1;
  int local_rank = 0;  ///< among the processes of this machine: which GPU to take
  std::string master_address = "127.0.0.1";
  std::uint16_t master_port = 29500;
  bool launcher_hosts_store = false;  ///< otherwise rank 0 does
};

/// Understands torchrun's variables (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT,
/// TORCHELASTIC_USE_AGENT_STORE), those of srun (SLURM_PROCID, SLURM_STEP_NUM_TASKS, SLURM_LOCALID,
/// SLURM_LAUNCH_NODE_IPADDR; the port follows from the job's number) and of Open MPI's mpirun
/// (OMPI_COMM_WORLD_*; MASTER_ADDR and MASTER_PORT). None of them: one process alone.
/// Throws UsageError naming the variable that is missing or no number.
LaunchEnvironment launch_environment();

}  // namespace lamina
