#include "apps/small_run.h"

namespace lamina {
namespace {

constexpr const char* kSaveEachStep =
    "train small.yaml name=run train.tokens=1024 train.checkpoint_every_steps=1 "
    "train.keep_checkpoints=1 ";

/// A shell command in the test's folder.
class FullDisk : public SmallRun {
 protected:
  ProgramResult shell(const std::string& command) const {
    const std::string line = "cd " + folder_.path().string() + " && " + command;
    Child child({.arguments = {"/bin/sh", "-c", line},
                 .environment = {"OMP_NUM_THREADS=1"},
                 .output_file = folder_.path() / "said"});
    const int status = child.wait();
    return {status, "", read_file(folder_.path() / "said")};
  }

  void expect_in(const std::string& text, const std::string& part) const {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nnot in\n" << text;
  }
};

TEST_F(FullDisk, EndsARunWithTheReasonAndKeepsTheCheckpointBefore) {
  if (shell("unshare -rm mount -t tmpfs tmpfs text").status != 0) {
    GTEST_SKIP() << "no mount namespaces here: " << read_file(folder_.path() / "said");
  }
  std::filesystem::create_directory(folder_.path() / "small");
  // A checkpoint of this model, weights and two moments, takes 650 kB.
  const ProgramResult result =
      shell("unshare -rm sh -c 'mount -t tmpfs -o size=1000k tmpfs small && " LAMINA_PROGRAM " " +
            std::string(kSaveEachStep) + "output=small; echo status $?; ls small/run/checkpoints'");
  expect_in(result.errors, "/step-0000002.partial/");
  expect_in(result.errors,
            ": cannot write: No space left on device; the previous checkpoint is kept: "
            "small/run/checkpoints/step-0000001\n");
  EXPECT_TRUE(result.errors.ends_with("status 1\nstep-0000001\n")) << result.errors;
}

TEST_F(FullDisk, ALimitOfFileSizesIsAReasonTooAndTheRunGoesOnWithoutIt) {
  const std::string words = std::string(LAMINA_PROGRAM " ") + kSaveEachStep;
  const ProgramResult limited = shell("ulimit -f 200; " + words);
  EXPECT_EQ(limited.status, 1) << limited.errors;
  expect_in(limited.errors, "cannot write: File too large; no earlier checkpoint exists\n");
  const ProgramResult resumed = shell(words);
  EXPECT_EQ(resumed.status, 0) << resumed.errors;
}

}  // namespace
}  // namespace lamina
