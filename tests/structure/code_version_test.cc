#include <gmock/gmock.h>

#include <chrono>

#include "lamina/core/code_version.h"
#include "lamina/core/files.h"
#include "lamina/core/process.h"
#include "written_files.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;

/// A folder with one file and a git repository of its own, and what the build's script says of it.
class CodeVersion : public testing::Test {
 protected:
  void SetUp() override {
    if (shell("git --version && cmake --version") != 0) GTEST_SKIP() << "no git or no cmake";
    tree_.write("src/a.cc", "int a;\n");
  }

  int shell(const std::string& command) const {
    const std::string in_tree = "cd " + tree_.root().string() + " && " + command;
    return Child({.arguments = {"/bin/sh", "-c", in_tree},
                  .environment = {"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1"},
                  .output_file = made_.root() / "output"})
        .wait();
  }

  void commit() const {
    ASSERT_EQ(
        shell("git init -q . && git add src && git -c user.name=a -c user.email=b commit -qm c"), 0)
        << read_file(made_.root() / "output");
  }

  fs::path made(const char* file) const { return made_.root() / file; }

  /// The text of the generated file.
  std::string look_up() const {
    const std::string script = LAMINA_SOURCE_DIR "/src/core/code_version.cmake";
    EXPECT_EQ(shell("cmake -DGIT=git -DSOURCE=" + tree_.root().string() + " -DVERSION=1.2.3 " +
                    "-DOUTPUT=" + made("o.inc").string() + " -DDEPFILE=" + made("o.d").string() +
                    " -P " + script),
              0)
        << read_file(made("output"));
    return read_file(made("o.inc"));
  }

  WrittenFiles tree_;
  WrittenFiles made_;  ///< outside the repository
};

constexpr const char* kCommit = "kCommit = \"[0-9a-f]+\";\n";
constexpr const char* kDirtyCommit = "kCommit = \"[0-9a-f]+.dirty\";\n";

std::string commit_line(const std::string& text) { return text.substr(text.find("kCommit")); }

TEST_F(CodeVersion, IsCommitAndMarksChangedTrackedFiles) {
  commit();
  const std::string clean = look_up();
  EXPECT_THAT(clean, HasSubstr("kProjectVersion = \"1.2.3\";\n"));
  EXPECT_THAT(commit_line(clean), MatchesRegex(kCommit));
  tree_.write("notes.txt", "not tracked\n");
  EXPECT_EQ(look_up(), clean);
  tree_.write("src/a.cc", "int b;\n");
  EXPECT_THAT(commit_line(look_up()), MatchesRegex(kDirtyCommit));
  commit();
  EXPECT_THAT(commit_line(look_up()), MatchesRegex(kCommit));
  EXPECT_NE(look_up(), clean);
}

TEST_F(CodeVersion, IsProjectVersionOutsideCheckout) {
  EXPECT_EQ(commit_line(look_up()), "kCommit = \"\";\n");
  commit();
  const fs::path copy = tree_.root() / "vendored";  // of another project, inside the checkout
  fs::create_directories(copy);
  EXPECT_EQ(shell("cmake -DGIT=git -DSOURCE=" + copy.string() + " -DVERSION=1 -DOUTPUT=" +
                  made("o.inc").string() + " -DDEPFILE=" + made("o.d").string() +
                  " -P " LAMINA_SOURCE_DIR "/src/core/code_version.cmake"),
            0);
  EXPECT_EQ(commit_line(read_file(made("o.inc"))), "kCommit = \"\";\n");
}

TEST_F(CodeVersion, DependsOnTrackedFilesAndDoesNotRewriteUnchangedResult) {
  commit();
  look_up();
  const std::string dependencies = read_file(made("o.d"));
  EXPECT_THAT(dependencies, HasSubstr((tree_.root() / "src/a.cc").string()));
  EXPECT_THAT(dependencies, HasSubstr((tree_.root() / ".git/HEAD").string()));
  EXPECT_THAT(dependencies, HasSubstr((tree_.root() / ".git/logs/HEAD").string()));
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(made("o.inc"), long_ago);
  look_up();
  EXPECT_EQ(fs::last_write_time(made("o.inc")), long_ago);
}

TEST(CodeVersionOfThisBuild, IsVersionOrCommit) {
  EXPECT_THAT(code_version(), MatchesRegex("[0-9a-f]+|[0-9a-f]+.dirty|[0-9]+.[0-9]+.[0-9]+"));
  EXPECT_TRUE(program_version() == code_version() ||
              program_version().ends_with(" (" + code_version() + ")"));
}

}  // namespace
}  // namespace lamina
