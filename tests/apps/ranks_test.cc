#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "apps/launched_ranks.h"
#include "apps/small_run.h"

namespace lamina {
namespace {

using testing::HasSubstr;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

/// A TCP port of this machine that nobody listens on.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof(address);
  ::bind(socket, reinterpret_cast<const sockaddr*>(&address), length);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(socket);
  return ntohs(address.sin_port);
}

bool listens(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  const int status =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::close(socket);
  return status == 0;
}

void wait_until_listening(int port) {
  while (!listens(port)) std::this_thread::yield();  // the test's own time limit is the bound
}

class Ranks : public SmallRun {
 protected:
  Ranks() : ranks_(folder_.path()) {}

  void start(const std::string& words, const Variables& variables) {
    ranks_.start("train small.yaml " + words, variables);
  }

  /// Two ranks of one launch that differ in some settings.
  void expect_both_fail(const std::string& first, const std::string& second,
                        const std::string& message) {
    const int port = free_port();
    start("name=run " + first, by_hand(0, 2, port));
    start("name=run " + second, by_hand(1, 2, port));
    for (const EndedRank& rank : ranks_.wait()) {
      EXPECT_EQ(rank.status, 1);
      EXPECT_THAT(rank.errors, HasSubstr(message));
    }
    EXPECT_FALSE(std::filesystem::exists(run_folder("run") / "checkpoints"));
    EXPECT_TRUE(metrics("run").empty()) << "trained";
  }

  void expect_all_good() {
    for (const EndedRank& rank : ranks_.wait()) EXPECT_EQ(rank.status, 0) << rank.errors;
  }

  LaunchedRanks ranks_;
};

// Each run alone, with as many ranks, gives the losses that are right, to the bit.
TEST_F(Ranks, StepsOfASlurmJobAtOnceTrainApart) {
  train("alone1", "train.seed=1 train.local_ranks=2");
  train("alone2", "train.seed=2 train.local_ranks=2");
  for (const int rank : {0, 1}) {
    start("name=step1 train.seed=1", by_srun(rank, 2, 77, 1));
    start("name=step2 train.seed=2", by_srun(rank, 2, 77, 2));
  }
  expect_all_good();
  EXPECT_EQ(losses("step1"), losses("alone1"));
  EXPECT_EQ(losses("step2"), losses("alone2"));
}

TEST_F(Ranks, MpirunsOnOneMachineAtOnceTrainApart) {
  train("alone1", "train.seed=1 train.local_ranks=2");
  train("alone2", "train.seed=2 train.local_ranks=2");
  for (const int rank : {1, 0}) {
    start("name=mpi1 train.seed=1", by_mpirun(rank, 2, "2903441409"));
    start("name=mpi2 train.seed=2", by_mpirun(rank, 2, "2903441410"));
  }
  expect_all_good();
  EXPECT_EQ(losses("mpi1"), losses("alone1"));
  EXPECT_EQ(losses("mpi2"), losses("alone2"));
}

// As where the same MASTER_PORT is exported for all.
TEST_F(Ranks, OnOnePortTheSecondRunFailsAndTheFirstIsLeftAlone) {
  train("alone", "train.seed=1 train.local_ranks=2");
  const std::string port = "MASTER_PORT=" + std::to_string(free_port());
  const auto variables = [&](int rank, const std::string& job) {
    Variables all = by_mpirun(rank, 2, job);
    all.push_back(port);
    return all;
  };
  start("name=first train.seed=1", variables(0, "111"));
  wait_until_listening(std::stoi(port.substr(port.find('=') + 1)));
  LaunchedRanks second(folder_.path() / "text");
  for (const int rank : {0, 1}) {
    second.start("train ../small.yaml name=second data.train=../text", variables(rank, "222"));
  }
  const auto ended = second.wait();
  EXPECT_EQ(ended[0].status, 1);
  EXPECT_THAT(ended[0].errors, HasSubstr("is already in use by another run or program; set "
                                         "MASTER_PORT to a free port"));
  EXPECT_EQ(ended[1].status, 1);
  EXPECT_THAT(ended[1].errors,
              HasSubstr("the store there belongs to another launch (\"mpi-111\", this one is "
                        "\"mpi-222\"); set MASTER_PORT to a free port"));
  start("name=first train.seed=1", variables(1, "111"));
  expect_all_good();
  EXPECT_EQ(losses("first"), losses("alone"));
}

TEST_F(Ranks, WithAnotherSeedFail) {
  expect_both_fail("", "train.seed=5", "train.seed is 0 on rank 0, 5 on rank 1");
}

TEST_F(Ranks, WithAnotherLearningRateFail) {
  expect_both_fail("", "optimizer.learning_rate=1e-3",
                   "optimizer.learning_rate is 0.001 on rank 1, 0.003 on rank 0");
}

// Only the first takes part in checkpoints' barriers at step 5.
TEST_F(Ranks, WithOtherCheckpointStepsFail) {
  expect_both_fail("train.checkpoint_every_steps=5", "",
                   "train.checkpoint_every_steps is 5 on rank 0, 500 on rank 1");
}

TEST_F(Ranks, WithOtherTextUnderTheSameNameFail) {
  for (int file = 0; file < 4; ++file) {
    write_file_atomically(folder_.path() / "other/text" / ("part" + std::to_string(file) + ".txt"),
                          sentences(file + 4));
  }
  expect_both_fail("", "data.train=other/text", "data hash is ");
}

TEST_F(Ranks, OfAnotherRunWithoutALaunchIdFail) {
  expect_both_fail("", "name=other", "name is other on rank 1, run on rank 0");
}

// Before it meets the others: its configuration is wrong there.
TEST_F(Ranks, EndWhereOneDoesNotSeeItsData) {
  for (const int failing : {0, 1}) {
    const int port = free_port();
    LaunchedRanks ranks(folder_.path());
    for (const int rank : {0, 1}) {
      ranks.start(std::string("train small.yaml name=run data.train=") +
                      (rank == failing ? "missing" : "text"),
                  by_hand(rank, 2, port));
    }
    const auto ended = ranks.wait();
    const auto f = static_cast<std::size_t>(failing);
    EXPECT_EQ(ended[1 - f].status, 1);
    EXPECT_THAT(ended[1 - f].errors,
                HasSubstr("rank " + std::to_string(failing) + " has failed; its own message says"));
    EXPECT_EQ(ended[f].status, 2);
    EXPECT_THAT(ended[f].errors, HasSubstr("missing"));
  }
  EXPECT_TRUE(metrics("run").empty()) << "trained";
}

// After that, while text is read.
TEST_F(Ranks, EndWhereOneCannotReadItsData) {
  write_file_atomically(folder_.path() / "bad.jsonl", "not JSON\n");
  const int port = free_port();
  start("name=run", by_hand(0, 2, port));
  start("name=run data.train=bad.jsonl", by_hand(1, 2, port));
  const auto ended = ranks_.wait();
  EXPECT_EQ(ended[0].status, 1);
  EXPECT_THAT(ended[0].errors, HasSubstr("rank 1 has failed; its own message says why"));
  EXPECT_EQ(ended[1].status, 1);
  EXPECT_THAT(ended[1].errors, HasSubstr("bad.jsonl:1"));
  EXPECT_TRUE(metrics("run").empty()) << "trained";
}

TEST_F(Ranks, ThatScoreAnotherCheckpointFail) {
  train("first");
  train("second", "train.seed=2");
  const int port = free_port();
  const auto score = [&](const std::string& name, int rank) {
    ranks_.start("eval small.yaml name=x --checkpoint=runs/" + name + "/checkpoints/step-0000020",
                 by_hand(rank, 2, port));
  };
  score("first", 0);
  score("second", 1);
  for (const EndedRank& rank : ranks_.wait()) {
    EXPECT_EQ(rank.status, 1);
    EXPECT_THAT(rank.errors, HasSubstr("hash of the weights is "));
  }
}

TEST_F(Ranks, MayDifferInWhatDoesNotMatter) {
  const int port = free_port();
  start("name=run output=runs", by_hand(0, 2, port));
  start("name=run output=elsewhere train.threads=1 train.log_every_steps=3", by_hand(1, 2, port));
  expect_all_good();
  EXPECT_EQ(losses("run").size(), 20u);
}

/// A run of 20 steps that was cut off after step 15, with all its checkpoints, in one folder a
/// rank.
class RanksResuming : public Ranks {
 protected:
  static constexpr const char* kWords =
      "name=run train.checkpoint_every_steps=5 train.keep_checkpoints=9";

  RanksResuming() {
    train("run", std::string(kWords) + " train.local_ranks=2");
    hashes_ = last_hashes("runs");
    remove(folder_.path() / "runs/run/result.json");
    remove_all(folder_.path() / "runs/run/checkpoints/step-0000020");
    copy(folder_.path() / "runs", folder_.path() / "own", std::filesystem::copy_options::recursive);
  }

  std::filesystem::path checkpoint(const std::string& output, const std::string& step) const {
    return folder_.path() / output / "run/checkpoints" / ("step-00000" + step);
  }

  Json last_hashes(const std::string& output) const {
    return read_json(checkpoint(output, "20") / "state.json")["hashes"];
  }

  /// Rank 0 in `runs`, rank 1 in `own`.
  std::vector<EndedRank> resume() {
    const int port = free_port();
    start(std::string(kWords) + " output=runs", by_hand(0, 2, port));
    start(std::string(kWords) + " output=own", by_hand(1, 2, port));
    return ranks_.wait();
  }

  void expect_both_fail_with(const std::string& message) {
    const auto before = metrics("run");
    for (const EndedRank& rank : resume()) {
      EXPECT_EQ(rank.status, 1);
      EXPECT_THAT(rank.errors, HasSubstr(message));
    }
    EXPECT_FALSE(exists(checkpoint("runs", "20")));
    EXPECT_EQ(metrics("run"), before);
  }

  static void flip_a_byte(const std::filesystem::path& file) {
    std::string bytes = read_file(file);
    bytes[bytes.size() / 2] ^= 1;
    write_file_atomically(file, bytes);
  }

  Json hashes_;
};

TEST_F(RanksResuming, FromTheSameCheckpointGiveTheSameBits) {
  for (const EndedRank& rank : resume()) EXPECT_EQ(rank.status, 0) << rank.errors;
  EXPECT_EQ(last_hashes("runs"), hashes_);
}

TEST_F(RanksResuming, TakeTheOneBeforeTogetherWhereOneSeesTheNewestDamaged) {
  flip_a_byte(checkpoint("own", "15") / "model.safetensors");
  const auto ended = resume();
  for (const EndedRank& rank : ended) EXPECT_EQ(rank.status, 0) << rank.errors;
  EXPECT_THAT(ended[0].errors, HasSubstr("rank 1: own/run/checkpoints/step-0000015/"
                                         "model.safetensors: is damaged"));
  EXPECT_THAT(ended[0].errors, HasSubstr("resumes from step 10"));
  EXPECT_EQ(last_hashes("runs"), hashes_);
}

TEST_F(RanksResuming, FailWhereOneDoesNotSeeTheRunFolder) {
  remove_all(folder_.path() / "own");
  expect_both_fail_with(
      "own/run/checkpoints/step-0000015: is missing on rank 1, and rank 0 resumes from it; all "
      "ranks need the same run folder");
}

TEST_F(RanksResuming, FailWhereTheFirstDoesNotSeeTheRunFolder) {
  remove_all(folder_.path() / "runs/run");
  for (const EndedRank& rank : resume()) {
    EXPECT_EQ(rank.status, 1);
    EXPECT_THAT(rank.errors, HasSubstr("rank 1 has step-0000015, rank 0 has no checkpoint"));
  }
  EXPECT_FALSE(exists(checkpoint("runs", "20")));
}

TEST_F(RanksResuming, FailWhereOneHasAnotherCheckpointOfThatName) {
  train("run", std::string(kWords) + " output=other train.seed=3");
  remove_all(checkpoint("own", "15"));
  copy(checkpoint("other", "15"), checkpoint("own", "15"));
  expect_both_fail_with("own/run/checkpoints/step-0000015: on rank 1 its hash is ");
}

TEST_F(RanksResuming, FailWhereNoneIsValidOnAll) {
  for (const char* step : {"05", "15"}) flip_a_byte(checkpoint("own", step) / "model.safetensors");
  flip_a_byte(checkpoint("runs", "10") / "optimizer.first_moment.safetensors");
  expect_both_fail_with("checkpoints: no valid checkpoint; remove the folder to start over");
}

}  // namespace
}  // namespace lamina
