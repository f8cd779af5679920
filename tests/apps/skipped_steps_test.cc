#include <algorithm>

#include "apps/small_run.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

class SkippedSteps : public SmallRun {
 protected:
  std::vector<fs::path> checkpoints(const std::string& name) const {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(run_folder(name) / "checkpoints"))
      folders.push_back(entry.path());
    std::sort(folders.begin(), folders.end());
    return folders;
  }
};

/// Weight decay times the learning rate multiplies the weights by -999 in every step.
constexpr const char* kAbsurd = " optimizer.learning_rate=100 optimizer.weight_decay=10";

TEST_F(SkippedSteps, ARunWhoseStepsAreSkippedFailsAndKeepsItsCheckpoints) {
  const ProgramResult result = program_.run(
      std::string("train small.yaml name=lost train.tokens=25600 train.checkpoint_every_steps=1") +
      kAbsurd);
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_NE(result.errors.find("the last 20 steps were skipped, because their gradients were not "
                               "finite (loss "),
            std::string::npos)
      << result.errors;
  EXPECT_FALSE(fs::exists(run_folder("lost") / "result.json"));
  ASSERT_EQ(checkpoints("lost").size(), 2u);
  const Json state = read_json(checkpoints("lost").back() / "state.json");
  EXPECT_EQ(state["skipped_steps"], 0);
  std::size_t warnings = 0;
  for (std::size_t at = 0; (at = result.errors.find(": skipped, as its", at)) != std::string::npos;
       ++at) {
    ++warnings;
  }
  EXPECT_EQ(warnings, 1u) << result.errors;
}

TEST_F(SkippedSteps, AShortRunOfWhichMoreThanATenthIsSkippedFailsAtItsEnd) {
  const ProgramResult result = program_.run(std::string("train small.yaml name=short") + kAbsurd);
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_NE(result.errors.find(" of 20 steps were skipped, because"), std::string::npos)
      << result.errors;
  EXPECT_FALSE(fs::exists(run_folder("short") / "result.json"));
}

}  // namespace
}  // namespace lamina
