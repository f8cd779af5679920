#include "lamina/dist/launch_environment.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "lamina/core/error.h"

namespace lamina {
namespace {

using Ports = std::vector<std::uint16_t>;
using Variables = std::map<std::string, std::string>;

constexpr std::array kAllNames{"RANK",
                               "WORLD_SIZE",
                               "LOCAL_RANK",
                               "MASTER_ADDR",
                               "MASTER_PORT",
                               "TORCHELASTIC_USE_AGENT_STORE",
                               "TORCHELASTIC_RUN_ID",
                               "TORCHELASTIC_RESTART_COUNT",
                               "SLURM_PROCID",
                               "SLURM_STEP_NUM_TASKS",
                               "SLURM_LOCALID",
                               "SLURM_LAUNCH_NODE_IPADDR",
                               "SLURM_JOB_ID",
                               "SLURM_STEP_ID",
                               "SLURM_RESTART_COUNT",
                               "SLURM_NTASKS",
                               "OMPI_COMM_WORLD_RANK",
                               "OMPI_COMM_WORLD_SIZE",
                               "OMPI_COMM_WORLD_LOCAL_RANK",
                               "OMPI_MCA_ess_base_jobid",
                               "PMIX_NAMESPACE",
                               "PMI_RANK",
                               "PMI_SIZE",
                               "PMI_LOCAL_RANK",
                               "PMI_JOBID",
                               "MPI_LOCALRANKID"};

/// Sets the variables of one launcher and unsets all others, while it exists.
class Environment {
 public:
  explicit Environment(const Variables& variables) {
    for (const char* name : kAllNames) {
      if (const char* value = std::getenv(name)) before_[name] = value;
      ::unsetenv(name);
    }
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const char* name : kAllNames) ::unsetenv(name);
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  Variables before_;
};

LaunchEnvironment read(const Variables& variables) {
  const Environment set(variables);
  return launch_environment();
}

std::string usage_error(const Variables& variables) {
  try {
    read(variables);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

const Variables kTorchrun{{"RANK", "5"},           {"WORLD_SIZE", "8"},
                          {"LOCAL_RANK", "1"},     {"MASTER_ADDR", "node7"},
                          {"MASTER_PORT", "1234"}, {"TORCHELASTIC_USE_AGENT_STORE", "True"}};
const Variables kSrun{{"SLURM_PROCID", "5"},      {"SLURM_STEP_NUM_TASKS", "8"},
                      {"SLURM_LOCALID", "1"},     {"SLURM_LAUNCH_NODE_IPADDR", "10.1.2.3"},
                      {"SLURM_JOB_ID", "123456"}, {"SLURM_STEP_ID", "3"}};
const Variables kMpirun{{"OMPI_COMM_WORLD_RANK", "5"},
                        {"OMPI_COMM_WORLD_SIZE", "8"},
                        {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                        {"OMPI_MCA_ess_base_jobid", "2903441409"}};
const Variables kMpich{{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}, {"MPI_LOCALRANKID", "1"}};

/// The variables with one replaced, or removed if `value` is empty.
Variables changed(Variables variables, const std::string& name, const std::string& value) {
  variables.erase(name);
  if (!value.empty()) variables[name] = value;
  return variables;
}

void expect_rank_5_of_8(const LaunchEnvironment& environment) {
  EXPECT_EQ(environment.rank, 5);
  EXPECT_EQ(environment.num_ranks, 8);
  EXPECT_EQ(environment.local_rank, 1);
}

TEST(LaunchEnvironment, IsOneProcessWithoutLauncher) {
  const LaunchEnvironment environment = read({});
  EXPECT_EQ(environment.rank, 0);
  EXPECT_EQ(environment.num_ranks, 1);
  EXPECT_EQ(environment.local_rank, 0);
  EXPECT_FALSE(environment.launcher_hosts_store);
}

TEST(LaunchEnvironment, RecognisesTorchrun) {
  const LaunchEnvironment environment = read(kTorchrun);
  expect_rank_5_of_8(environment);
  EXPECT_EQ(environment.master_address, "node7");
  EXPECT_EQ(environment.master_ports, Ports{1234});
  EXPECT_TRUE(environment.launcher_hosts_store);
}

TEST(LaunchEnvironment, RankZeroHostsStoreUnlessLauncherDoes) {
  EXPECT_FALSE(read(changed(kTorchrun, "TORCHELASTIC_USE_AGENT_STORE", "")).launcher_hosts_store);
  EXPECT_FALSE(
      read(changed(kTorchrun, "TORCHELASTIC_USE_AGENT_STORE", "False")).launcher_hosts_store);
}

/// Ports derived from a launch id: several, below the ephemeral ports of Linux.
void expect_derived_ports(const Ports& ports) {
  EXPECT_GT(ports.size(), 1u);
  for (const std::uint16_t port : ports) {
    EXPECT_GE(port, 20000);
    EXPECT_LT(port, 32768);
  }
}

TEST(LaunchEnvironment, RecognisesSrun) {
  const LaunchEnvironment environment = read(kSrun);
  expect_rank_5_of_8(environment);
  EXPECT_EQ(environment.master_address, "10.1.2.3");
  EXPECT_EQ(environment.launch_id, "slurm-123456.3-0");
  expect_derived_ports(environment.master_ports);
  EXPECT_FALSE(environment.launcher_hosts_store);
}

TEST(LaunchEnvironment, IsOneProcessInBatchScriptWithoutSrun) {
  const LaunchEnvironment environment = read({{"SLURM_JOB_ID", "123456"},
                                              {"SLURM_NTASKS", "8"},
                                              {"SLURM_PROCID", "0"},
                                              {"SLURM_LOCALID", "0"}});
  EXPECT_EQ(environment.num_ranks, 1);
  EXPECT_EQ(environment.rank, 0);
}

TEST(LaunchEnvironment, RecognisesMpirun) {
  Variables variables = kMpirun;
  variables.insert({{"MASTER_ADDR", "node7"}, {"MASTER_PORT", "1234"}});
  const LaunchEnvironment environment = read(variables);
  expect_rank_5_of_8(environment);
  EXPECT_EQ(environment.master_address, "node7");
  EXPECT_EQ(environment.master_ports, Ports{1234});
}

TEST(LaunchEnvironment, RecognisesMpich) {
  const LaunchEnvironment environment = read(kMpich);
  expect_rank_5_of_8(environment);
  EXPECT_EQ(environment.launch_id, "");  // MPICH sets none
  EXPECT_EQ(environment.master_ports, Ports{29500});
}

// Inside a Slurm job both start their processes or their daemons by srun.
TEST(LaunchEnvironment, RecognisesMpirunInsideSlurmJob) {
  for (Variables variables : {kMpirun, kMpich}) {
    variables.insert({{"SLURM_PROCID", "1"},
                      {"SLURM_LOCALID", "0"},
                      {"SLURM_JOB_ID", "77"},
                      {"SLURM_STEP_ID", "0"},
                      {"SLURM_STEP_NUM_TASKS", "2"}});
    expect_rank_5_of_8(read(variables));
  }
}

TEST(LaunchEnvironment, RecognisesSrunWithPmi) {
  Variables variables = kSrun;
  variables.insert({{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}, {"PMI_JOBID", "123456.3"}});
  expect_rank_5_of_8(read(variables));
  EXPECT_EQ(read(variables).launch_id, "slurm-123456.3-0");
}

TEST(LaunchEnvironment, LaunchIdIsUniquePerStart) {
  const auto id = [](const Variables& variables) { return read(variables).launch_id; };
  Variables torchrun = kTorchrun;
  EXPECT_EQ(id(torchrun), "");  // ranks started by hand
  torchrun["TORCHELASTIC_RUN_ID"] = "none";
  torchrun["TORCHELASTIC_RESTART_COUNT"] = "0";
  EXPECT_EQ(id(torchrun), "torchrun-none-0");
  torchrun["TORCHELASTIC_RESTART_COUNT"] = "1";
  EXPECT_EQ(id(torchrun), "torchrun-none-1");
  Variables requeued = kSrun;
  requeued["SLURM_RESTART_COUNT"] = "2";
  EXPECT_EQ(id(requeued), "slurm-123456.3-2");
  EXPECT_EQ(id(kMpirun), "mpi-2903441409");
  EXPECT_EQ(id(changed(changed(kMpirun, "OMPI_MCA_ess_base_jobid", ""), "PMIX_NAMESPACE",
                       "prterun-node7-4242@1")),
            "mpi-prterun-node7-4242@1");
}

TEST(LaunchEnvironment, PortsDifferBetweenLaunchesAndAreEqualWithinOne) {
  const auto ports = [](const Variables& variables) { return read(variables).master_ports; };
  EXPECT_EQ(ports(kSrun), ports(changed(kSrun, "SLURM_PROCID", "2")));
  const std::set<Ports> all{ports(kSrun), ports(changed(kSrun, "SLURM_STEP_ID", "4")),
                            ports(changed(kSrun, "SLURM_JOB_ID", "143456")), ports(kMpirun),
                            ports(changed(kMpirun, "OMPI_MCA_ess_base_jobid", "2903441410"))};
  EXPECT_EQ(all.size(), 5u);
  for (const Ports& of_launch : all) expect_derived_ports(of_launch);
}

TEST(LaunchEnvironment, MasterVariablesOverrideThoseOfSrun) {
  Variables variables = kSrun;
  variables.insert({{"MASTER_ADDR", "node7"}, {"MASTER_PORT", "1234"}});
  EXPECT_EQ(read(variables).master_address, "node7");
  EXPECT_EQ(read(variables).master_ports, Ports{1234});
}

TEST(LaunchEnvironment, NamesMissingVariable) {
  const auto missing = [](const Variables& variables, const std::string& name) {
    EXPECT_EQ(usage_error(changed(variables, name, "")),
              "environment: " + name +
                  ": is missing; expected, as this launcher's other variables are set");
  };
  for (const char* name : {"RANK", "LOCAL_RANK"}) missing(kTorchrun, name);
  for (const char* name : {"SLURM_PROCID", "SLURM_LOCALID", "SLURM_JOB_ID", "SLURM_STEP_ID"}) {
    missing(kSrun, name);
  }
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_RANK"})
    missing(kMpirun, name);
  for (const char* name : {"PMI_RANK", "MPI_LOCALRANKID"}) missing(kMpich, name);
}

TEST(LaunchEnvironment, NamesInvalidVariableAndWhatIsAllowed) {
  const auto message = [](const std::string& name, const std::string& value) {
    return usage_error(changed(kTorchrun, name, value));
  };
  EXPECT_EQ(message("RANK", "8"), "environment: RANK: got \"8\"; expected an integer from 0 to 7");
  EXPECT_EQ(message("RANK", "-1"),
            "environment: RANK: got \"-1\"; expected an integer from 0 to 7");
  EXPECT_EQ(message("LOCAL_RANK", "1x"),
            "environment: LOCAL_RANK: got \"1x\"; expected an integer from 0 to 7");
  EXPECT_EQ(message("WORLD_SIZE", "0"),
            "environment: WORLD_SIZE: got \"0\"; expected an integer from 1 to 1048576");
  EXPECT_EQ(message("WORLD_SIZE", "99999999999"),
            "environment: WORLD_SIZE: got \"99999999999\"; expected an integer from 1 to 1048576");
  EXPECT_EQ(message("MASTER_PORT", "65536"),
            "environment: MASTER_PORT: got \"65536\"; expected an integer from 1 to 65535");
  EXPECT_EQ(message("MASTER_PORT", " 80"),
            "environment: MASTER_PORT: got \" 80\"; expected an integer from 1 to 65535");
}

}  // namespace
}  // namespace lamina
