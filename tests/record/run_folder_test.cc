#include "lamina/record/run_folder.h"

#include <gmock/gmock.h>

#include <fstream>

#include "error_text.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RunFolderTest : public ::testing::Test {
 protected:
  void make_folder(const std::string& name) const {
    fs::create_directories(run_.checkpoints() / name);
  }
  std::vector<std::string> listed() const {
    std::vector<std::string> names;
    for (const fs::path& path : run_.list_checkpoints()) names.push_back(path.filename());
    return names;
  }

  TemporaryFolder folder_;
  RunFolder run_{folder_.path()};
};

TEST_F(RunFolderTest, OtherNamesAreNotCheckpoints) {
  make_folder("step-0000020");
  for (const char* name :
       {"step-", "step-x", "step-99999999999999999999", "step-30", "step-00000030",
        "step-0000030-old", "step-0000030.partial", "step--000030", "step-+000030", "step- 000030",
        "Step-0000030", "0000030"}) {
    make_folder(name);
  }
  std::ofstream(run_.checkpoints() / "step-0000040") << "a file";
  EXPECT_THAT(listed(), ElementsAre("step-0000020"));
  make_folder("step-12345678");
  EXPECT_THAT(listed(), ElementsAre("step-12345678", "step-0000020"));
  EXPECT_EQ(run_.newest_checkpoint(), run_.checkpoint(12345678));
}

TEST_F(RunFolderTest, WithoutACheckpointIsNamed) {
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_EQ(error_text([&] { run_.newest_checkpoint(); }),
            folder_.path().string() + ": has no checkpoint; train first");
}

TEST_F(RunFolderTest, RemovesWhatDeadWritersLeftAndNothingElse) {
  for (const char* name :
       {"step-0000020", "step-0000020.replaced", "step-0000030.partial", "mine.partial"}) {
    make_folder(name);
  }
  make_folder("step-0000040.replaced");  // moved aside, its successor never came
  run_.remove_partial_checkpoints();
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(run_.checkpoints())) {
    left.push_back(entry.path().filename());
  }
  EXPECT_THAT(left, ::testing::UnorderedElementsAre("step-0000020", "step-0000040.replaced",
                                                    "mine.partial"));
}

TEST_F(RunFolderTest, IsCompleteOnceItHasARecord) {
  EXPECT_FALSE(run_.is_complete());
  std::ofstream(run_.record()) << "{}";
  EXPECT_TRUE(run_.is_complete());
}

}  // namespace
}  // namespace lamina
