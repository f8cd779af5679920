#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "apps/small_run.h"

namespace lamina {
namespace {

using ::testing::HasSubstr;

using RunLockOfProgram = SmallRun;

TEST_F(RunLockOfProgram, ASecondProcessOnTheSameRunIsRefusedAndChangesNothing) {
  const std::string words = "train small.yaml name=one train.tokens=1e9";
  Child first = program_.start(words);
  while (metrics("one").empty() && !first.poll()) std::this_thread::yield();
  ASSERT_EQ(first.poll(), std::nullopt);
  const std::string owner = read_json(run_folder("one") / "run.lock")["process"].dump();

  TemporaryFolder other;  // whose files the second program's output goes to
  std::filesystem::create_directory_symlink(folder_.path() / "text", other.path() / "text");
  std::filesystem::copy(folder_.path() / "small.yaml", other.path() / "small.yaml");
  const ProgramResult second =
      Program(other.path()).run(words + " output=" + (folder_.path() / "runs").string());
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.errors, HasSubstr(run_folder("one").string() +
                                       ": the run is being trained by process " + owner));
  EXPECT_TRUE(std::filesystem::exists(run_folder("one") / "status.json"));

  first.signal(SIGTERM);
  EXPECT_EQ(first.wait(), 75);
  EXPECT_FALSE(std::filesystem::exists(run_folder("one") / "run.lock"));
}

}  // namespace
}  // namespace lamina
