#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace lamina {

/// The rank of this process and how it finds the others, from the environment that its launcher
/// set.
struct LaunchEnvironment {
  int rank = 0;
  int num_ranks = 1;
  int local_rank = 0;  ///< among the ranks of this machine: the GPU to use

  /// Equal on all ranks of this launch, and different in every other launch: another step of the
  /// job, a requeued job, a restart by torchrun. "" if the launcher gives none.
  std::string launch_id;

  std::string master_address = "127.0.0.1";
  /// Candidates: rank 0 listens on the first free one, and the other ranks try each.
  std::vector<std::uint16_t> master_ports{29500};
  bool launcher_hosts_store = false;  ///< false: rank 0 hosts the rendezvous store
};

/// Reads the variables of the first of these launchers that started this process:
///   torchrun   RANK, WORLD_SIZE, LOCAL_RANK; TORCHELASTIC_RUN_ID, _RESTART_COUNT, _USE_AGENT_STORE
///   Open MPI   OMPI_COMM_WORLD_{RANK,SIZE,LOCAL_RANK}; PMIX_NAMESPACE, OMPI_MCA_ess_base_jobid
///   PMI        PMI_RANK, PMI_SIZE; MPI_LOCALRANKID (MPICH, Intel MPI) or PMI_LOCAL_RANK (Cray)
///   srun       SLURM_PROCID, SLURM_STEP_NUM_TASKS, SLURM_LOCALID, SLURM_LAUNCH_NODE_IPADDR;
///              SLURM_JOB_ID, SLURM_STEP_ID, SLURM_RESTART_COUNT
/// MASTER_ADDR and MASTER_PORT are read with any of them. Without MASTER_PORT the ports are derived
/// from the launch id, so that launches on one machine use different ports. Without a launcher
/// there is one rank. Throws UsageError naming a variable that is missing or out of range.
LaunchEnvironment launch_environment();

}  // namespace lamina
