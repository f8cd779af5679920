#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include "lamina/core/files.h"
#include "lamina/core/process.h"
#include "process_state.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

/// A copy of launch/ in a folder where the programs that it calls are stand-ins: those that would
/// take long write their process id into the file `under_way` and wait for ever.
class Launch : public testing::Test {
 protected:
  Launch() {
    fs::copy(fs::path(LAMINA_SOURCE_DIR) / "launch", folder_.path() / "launch");
    fs::create_directories(folder_.path() / "third_party");
    for (const char* name : {"debian_packages", "python_wheels_arrow"}) write_pins(name, "");
    write_pins("python_wheels", "torch==2.11.0 --hash=sha256:0\n");
    write_program("cmake", "exit 0");
    write_program("dpkg-query", "exit 0");
  }

  void write_pins(const std::string& name, const std::string& text) const {
    write_file_atomically(folder_.path() / "third_party" / (name + ".txt"), text);
  }

  void write_program(const std::string& name, const std::string& script) const {
    const fs::path path = folder_.path() / "bin" / name;
    write_file_atomically(path, "#!/bin/sh\n" + script + "\n");
    fs::permissions(path, fs::perms::owner_all);
  }

  /// Starts the script, sends SIGTERM once a stand-in is under way, and expects both to end.
  void expect_stops(const std::string& words, const std::string& line) const {
    ChildOptions options;
    options.arguments = {"/bin/bash", "-c", "cd " + folder_.path().string() + " && exec " + words};
    options.environment = {"PATH=" + (folder_.path() / "bin").string() + ":/usr/bin:/bin"};
    options.output_file = folder_.path() / "output";
    Child script(options);
    std::string pid;
    while (!pid.ends_with('\n') && !script.poll()) {
      if (fs::exists(folder_.path() / "under_way")) pid = read_file(folder_.path() / "under_way");
      std::this_thread::yield();
    }
    ASSERT_FALSE(pid.empty()) << read_file(options.output_file);
    script.signal(SIGTERM);
    EXPECT_EQ(script.wait(), 75) << read_file(options.output_file);
    EXPECT_TRUE(is_gone(std::stoi(pid)));
    EXPECT_NE(read_file(options.output_file).find(line), std::string::npos)
        << read_file(options.output_file);
  }

  TemporaryFolder folder_;
  const std::string wait_for_ever_ =
      "echo $$ >" + (folder_.path() / "under_way").string() + "; exec tail -f /dev/null";
};

TEST_F(Launch, ABuildIsStopped) {
  write_program("ninja", "[ \"$3\" = -n ] && exit 0\n" + wait_for_ever_);
  expect_stops("launch/build release", "build: stopped by SIGTERM; the next call resumes");
}

TEST_F(Launch, ADownloadIsStoppedThroughBothScripts) {
  write_program("python3",
                "[ \"$3\" = --version ] && exit 0\n[ \"$2\" = pip ] || exit 1\n" + wait_for_ever_);
  expect_stops("launch/quickstart", "quickstart: stopped by SIGTERM; the next call resumes");
}

}  // namespace
}  // namespace lamina
