#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace lamina {

/// This process's place among those that train together, as its launcher said in the environment.
struct LaunchEnvironment {
  int rank = 0;
  int num_ranks = 1;
  int local_rank = 0;  ///< among the processes of this machine: which GPU to take

  /// The same on all ranks of this launch and on no other's: another step of the job, a requeued
  /// job and a restart by torchrun have their own. "" where the launcher tells none.
  std::string launch_id;

  std::string master_address = "127.0.0.1";
  /// Rank 0 listens on the first that is free; the others look for it on each of them.
  std::vector<std::uint16_t> master_ports{29500};
  bool launcher_hosts_store = false;  ///< otherwise rank 0 does
};

/// Understands, in this order,
///   torchrun   RANK, WORLD_SIZE, LOCAL_RANK; TORCHELASTIC_RUN_ID, _RESTART_COUNT, _USE_AGENT_STORE
///   Open MPI   OMPI_COMM_WORLD_{RANK,SIZE,LOCAL_RANK}; PMIX_NAMESPACE, OMPI_MCA_ess_base_jobid
///   PMI        PMI_RANK, PMI_SIZE; MPI_LOCALRANKID (MPICH, Intel MPI) or PMI_LOCAL_RANK (Cray)
///   srun       SLURM_PROCID, SLURM_STEP_NUM_TASKS, SLURM_LOCALID, SLURM_LAUNCH_NODE_IPADDR;
///              SLURM_JOB_ID, SLURM_STEP_ID, SLURM_RESTART_COUNT
/// and MASTER_ADDR and MASTER_PORT of any. Without MASTER_PORT the ports follow from the launch id,
/// so that launches that share a machine do not share a port. None of them: one process alone.
/// Throws UsageError naming the variable that is missing or not a number.
LaunchEnvironment launch_environment();

}  // namespace lamina
