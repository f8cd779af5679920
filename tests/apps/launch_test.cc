#include <gmock/gmock.h>
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
using testing::HasSubstr;
using testing::Not;

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

  void write_source(const std::string& name, const std::string& text) const {
    write_file_atomically(folder_.path() / name, text);
  }

  /// LibTorch and Arrow as launch/setup leaves them.
  void write_libraries() const {
    const fs::path deps = folder_.path() / ".deps";
    const fs::path torch = deps / "libtorch/torch";
    write_file_atomically(torch / "include/torch/headeronly/version.h", "\"2.11.0\"");
    for (const char* name : {"libtorch_cpu.so", "libgomp.so.1"})
      write_file_atomically(torch / "lib" / name, "");
    fs::copy(folder_.path() / "third_party/python_wheels.txt", deps / "libtorch/pins");
    fs::create_directory_symlink("libtorch/torch", deps / "torch");
    write_file_atomically(deps / "arrow/pins.txt", "");
  }

  Child start(const std::string& words) const {
    ChildOptions options;
    options.arguments = {"/bin/bash", "-c", "cd " + folder_.path().string() + " && exec " + words};
    options.environment = {"PATH=" + (folder_.path() / "bin").string() + ":/usr/bin:/bin",
                           "LAMINA_PYTHON="};
    options.output_file = output_file_;
    return Child(options);
  }

  std::string output() const { return read_file(output_file_); }

  /// Starts the script, sends SIGTERM once a stand-in is under way, and expects both to end.
  void expect_stops(const std::string& words, const std::string& line) const {
    Child script = start(words);
    std::string pid;
    while (!pid.ends_with('\n') && !script.poll()) {
      if (fs::exists(folder_.path() / "under_way")) pid = read_file(folder_.path() / "under_way");
      std::this_thread::yield();
    }
    ASSERT_FALSE(pid.empty()) << output();
    script.signal(SIGTERM);
    EXPECT_EQ(script.wait(), 75) << output();
    EXPECT_TRUE(is_gone(std::stoi(pid)));
    EXPECT_THAT(output(), HasSubstr(line));
  }

  TemporaryFolder folder_;
  const fs::path output_file_ = folder_.path() / "output";
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

TEST_F(Launch, TestsRunWithoutPeersThatCannotBeDownloaded) {
  write_libraries();
  write_pins("python_peers", "transformers==5.23.0 --hash=sha256:0\n");
  write_program(
      "python3",
      "case $2 in *version_info*) echo 311 ;; pip) [ $3 = --version ] ;; *) exit 1 ;; esac");
  write_program("df", "echo 9");
  write_program("ninja", "echo no work to do");
  write_program("ctest", "echo the tests run");
  EXPECT_EQ(start("launch/test").wait(), 0) << output();
  EXPECT_THAT(output(), HasSubstr("setup: the peers of third_party/python_peers.txt cannot be "
                                  "downloaded\ntest: no peers"));
  EXPECT_THAT(output(), HasSubstr("the tests run"));
}

TEST_F(Launch, CheckLooksAtTheFormatOfEverySourceAndOfNothingBuilt) {
  for (const char* name : {"src/a.cc", "tests/b.h", "build/release/c.cc", ".deps/d.h"})
    write_source(name, "");
  write_program("clang-format-14", "echo \"$@\"; exit 1");
  EXPECT_EQ(start("launch/check --format").wait(), 1) << output();
  EXPECT_EQ(output(),
            "--dry-run -Werror src/a.cc tests/b.h\n"
            "check: run clang-format-14 -i on the files named above\n");
}

TEST_F(Launch, CheckRunsClangTidyOnWhatHasChangedAndForAHeaderOnAFileThatIncludesIt) {
  std::string commands;
  for (const char* name : {"a", "b", "c"}) {
    const std::string source = "src/" + std::string(name) + ".cc";
    write_source(source, std::string("#include \"") + (name[0] == 'a' ? "a" : "b") + ".h\"\n");
    commands += std::string(commands.empty() ? "[" : ",") + R"({"directory": ")" +
                folder_.path().string() + R"(/build/release", "file": ")" +
                (folder_.path() / source).string() + R"(", "command": "c++ -o )" + name + ".o\"}";
  }
  for (const char* name : {"src/a.h", "src/b.h", ".clang-tidy"}) write_source(name, "");
  write_source("build/release/compile_commands.json", commands + "]");
  const std::string commit = "git -c user.name=a -c user.email=b commit -q -m one";
  ASSERT_EQ(start("bash -c 'git init -q && git add src && " + commit + "'").wait(), 0) << output();
  write_source("src/b.h", "// changed\n");
  write_program("clang-tidy-14", "echo \"checks $4\"");
  EXPECT_EQ(start("launch/check --tidy").wait(), 0) << output();
  EXPECT_THAT(output(), HasSubstr("checks src/b.cc"));
  EXPECT_THAT(output(), Not(HasSubstr("checks src/c.cc")));
  EXPECT_THAT(output(), Not(HasSubstr("checks src/a.cc")));
  write_program("clang-tidy-14", "exit 1");
  write_source("src/b.cc", "#include \"b.h\"\n// changed\n");
  EXPECT_EQ(start("launch/check --tidy").wait(), 1) << output();
  EXPECT_THAT(output(), HasSubstr("check: clang-tidy found the mistakes above"));
}

}  // namespace
}  // namespace lamina
