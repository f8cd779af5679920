#include "lamina/dist/rank_device.h"

#include <gtest/gtest.h>

#include <vector>

#include "error_text.h"

namespace lamina {
namespace {

RankDevice gpu(const std::string& host, int index, const std::string& pci) {
  return {host, "boot of " + host, "cuda:" + std::to_string(index), pci};
}

RankDevice cpu(const std::string& host) { return {host, "boot of " + host, "cpu", ""}; }

std::string problem(const std::vector<RankDevice>& by_rank) {
  return error_text([&] { check_rank_devices(by_rank); });
}

constexpr const char* kAdvice =
    "; each rank needs its own GPU: start at most one rank per GPU of a machine, and make one "
    "(srun "
    "--gpus-per-task=1) or all of its GPUs visible to each rank";

TEST(RankDevices, AcceptOneGpuPerRank) {
  EXPECT_EQ(problem({gpu("a", 0, "0000:01:00.0"), gpu("a", 1, "0000:02:00.0"),
                     gpu("b", 0, "0000:01:00.0"), gpu("b", 1, "0000:02:00.0")}),
            "");
}

// With CUDA_VISIBLE_DEVICES each rank counts from 0.
TEST(RankDevices, AcceptTwoGpusThatTheirRanksNumberEqually) {
  EXPECT_EQ(problem({gpu("a", 0, "0000:01:00.0"), gpu("a", 0, "0000:02:00.0")}), "");
}

TEST(RankDevices, AcceptAnyNumberOfRanksOnCpusOfOneMachine) {
  EXPECT_EQ(problem({cpu("a"), cpu("a"), cpu("b")}), "");
}

TEST(RankDevices, NameSharedGpusAndTheirRanks) {
  EXPECT_EQ(problem({gpu("a", 0, "0000:01:00.0"), gpu("a", 0, "0000:01:00.0")}),
            std::string("ranks 0 and 1 share cuda:0 of a (PCI 0000:01:00.0)") + kAdvice);
  EXPECT_EQ(problem({gpu("a", 0, "0000:01:00.0"), gpu("a", 1, "0000:02:00.0"),
                     gpu("a", 0, "0000:01:00.0"), gpu("b", 0, "0000:01:00.0"),
                     gpu("a", 1, "0000:02:00.0"), gpu("a", 0, "0000:01:00.0")}),
            std::string("ranks 0, 2 and 5 share cuda:0 of a (PCI 0000:01:00.0); ranks 1 and 4 "
                        "share cuda:1 of a (PCI 0000:02:00.0)") +
                kAdvice);
}

TEST(RankDevices, DistinguishMachinesWithSameName) {
  RankDevice first = gpu("node", 0, "0000:01:00.0"), second = first;
  second.machine = "another boot";
  EXPECT_EQ(problem({first, second}), "");
}

TEST(RankDevices, RejectCpusAndGpusInOneRun) {
  EXPECT_EQ(
      problem({gpu("a", 0, "0000:01:00.0"), cpu("b"), cpu("b")}),
      "ranks 1 and 2 (b) found no GPU, rank 0 (a) did; all ranks need the same kind of device");
}

TEST(RankDevices, DescribeThisProcess) {
  const RankDevice device = rank_device(at::kCPU);
  EXPECT_EQ(device.device, "cpu");
  EXPECT_EQ(device.gpu, "");
  EXPECT_FALSE(device.host.empty());
  EXPECT_EQ(device, rank_device(at::kCPU));
}

}  // namespace
}  // namespace lamina
