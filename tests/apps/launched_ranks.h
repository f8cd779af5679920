#pragma once
#include <csignal>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/core/files.h"
#include "lamina/core/process.h"

namespace lamina {

using Variables = std::vector<std::string>;

/// What each launcher sets for one of its processes.
inline Variables by_hand(int rank, int num_ranks, int port) {
  return {"RANK=" + std::to_string(rank), "LOCAL_RANK=" + std::to_string(rank),
          "WORLD_SIZE=" + std::to_string(num_ranks), "MASTER_ADDR=127.0.0.1",
          "MASTER_PORT=" + std::to_string(port)};
}

inline Variables by_srun(int rank, int num_ranks, int job, int step) {
  return {"SLURM_PROCID=" + std::to_string(rank),
          "SLURM_LOCALID=" + std::to_string(rank),
          "SLURM_STEP_NUM_TASKS=" + std::to_string(num_ranks),
          "SLURM_JOB_ID=" + std::to_string(job),
          "SLURM_STEP_ID=" + std::to_string(step),
          "SLURM_LAUNCH_NODE_IPADDR=127.0.0.1"};
}

inline Variables by_mpirun(int rank, int num_ranks, const std::string& job) {
  return {"OMPI_COMM_WORLD_RANK=" + std::to_string(rank),
          "OMPI_COMM_WORLD_LOCAL_RANK=" + std::to_string(rank),
          "OMPI_COMM_WORLD_SIZE=" + std::to_string(num_ranks), "OMPI_MCA_ess_base_jobid=" + job};
}

struct EndedRank {
  int status;
  std::string errors;  ///< standard error
};

/// Processes of the program in one folder, each with a launcher's variables.
class LaunchedRanks {
 public:
  explicit LaunchedRanks(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Runs `lamina WORDS`.
  void start(const std::string& words, Variables variables) {
    const std::string file = "rank" + std::to_string(children_.size());
    ChildOptions options;
    options.arguments = {"/bin/sh", "-c",
                         "cd " + folder_.string() + " && exec " LAMINA_PROGRAM " " + words + " >" +
                             file + ".out 2>" + file + ".err"};
    options.environment = std::move(variables);
    options.environment.emplace_back("OMP_NUM_THREADS=1");
    children_.emplace_back(options);
  }

  /// In the order in which they were started.
  std::vector<EndedRank> wait() {
    std::vector<EndedRank> ended;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      const int status = children_[i].wait();
      ended.push_back({status, read_file(folder_ / ("rank" + std::to_string(i) + ".err"))});
    }
    return ended;
  }

  void signal(std::size_t rank, int number) { children_[rank].signal(number); }

 private:
  std::filesystem::path folder_;
  std::deque<Child> children_;
};

}  // namespace lamina
