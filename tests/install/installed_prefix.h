#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lamina/core/files.h"
#include "lamina/core/process.h"
#include "program.h"
#include "temporary_folder.h"

namespace lamina {

/// What this build installs, in a folder that was moved since.
class InstalledPrefix : public testing::Test {
 protected:
  void SetUp() override {
    install("");
    std::filesystem::create_directories(prefix().parent_path());
    std::filesystem::rename(folder() / "first", prefix());
  }

  /// `cmake --install` into the place before the move.
  void install(const std::string& options) const {
    const ProgramResult result = shell(LAMINA_CMAKE " --install " LAMINA_BUILD_DIR " --prefix " +
                                       (folder() / "first").string() + " " + options);
    ASSERT_EQ(result.status, 0) << result.errors;
  }

  /// Runs a command line of /bin/sh in the test's folder to completion.
  ProgramResult shell(const std::string& command) const {
    const std::string line = "cd " + folder().string() + " && (" + command + ") >stdout 2>stderr";
    ChildOptions options;
    options.arguments = {"/bin/sh", "-c", line};
    options.environment = {"OMP_NUM_THREADS=1"};
    const int status = Child(options).wait();
    return {status, read_file(folder() / "stdout"), read_file(folder() / "stderr")};
  }

  const std::filesystem::path& folder() const { return folder_.path(); }

  /// The root folder of a system that has the installation in /opt/lamina.
  std::filesystem::path root() const { return folder() / "root"; }
  std::filesystem::path prefix() const { return root() / "opt/lamina"; }
  std::filesystem::path library_folder() const { return prefix() / LAMINA_LIBRARY_DIR / "lamina"; }

  /// Regular files below a folder of the prefix, sorted.
  std::vector<std::filesystem::path> files_below(const std::string& part) const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(prefix() / part)) {
      if (entry.is_regular_file() && !entry.is_symlink()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace lamina
