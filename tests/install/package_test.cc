#include <gmock/gmock.h>

#include <cmath>
#include <regex>

#include "install/installed_prefix.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// The text of a program's CMakeLists.txt that links lamina.
constexpr const char* kProject = R"(
cmake_minimum_required(VERSION 3.25)
project(on_lamina LANGUAGES CXX)
find_package(lamina 0.1 REQUIRED)
file(GLOB sources *.cc)
add_library(on_lamina OBJECT ${sources})
target_compile_options(on_lamina PRIVATE -Wall -Wextra -Werror)
target_link_libraries(on_lamina PRIVATE lamina::lamina)
)";

class InstalledPackage : public InstalledPrefix {
 protected:
  /// `cmake -S source -B build` with the installed package.
  ProgramResult configure(const fs::path& source, const std::string& torch_dir) const {
    return shell(LAMINA_CMAKE " -S " + source.string() +
                 " -B build -G Ninja -DCMAKE_CXX_COMPILER=" LAMINA_COMPILER
                 " -DCMAKE_PREFIX_PATH=" +
                 prefix().string() + " -DLAMINA_TORCH_DIR=" + torch_dir);
  }

  void build(const fs::path& source) const {
    const ProgramResult configured = configure(source, LAMINA_TORCH_DIR);
    ASSERT_EQ(configured.status, 0) << configured.errors;
    const ProgramResult built = shell(LAMINA_CMAKE " --build build --parallel 2");
    ASSERT_EQ(built.status, 0) << built.output << built.errors;
  }
};

TEST_F(InstalledPackage, NamesNoFolderOfTheBuild) {
  for (const fs::path& file : files_below(LAMINA_LIBRARY_DIR "/cmake")) {
    EXPECT_THAT(read_file(file), Not(HasSubstr(LAMINA_SOURCE_DIR))) << file;
    EXPECT_THAT(read_file(file), Not(HasSubstr(LAMINA_BUILD_DIR))) << file;
  }
}

TEST_F(InstalledPackage, EachHeaderCompilesAlone) {
  write_file_atomically(folder() / "headers/CMakeLists.txt", kProject);
  int number = 0;
  for (const fs::path& header : files_below("include")) {
    const std::string name = header.lexically_relative(prefix() / "include").string();
    write_file_atomically(folder() / "headers" / (std::to_string(++number) + ".cc"),
                          "#include \"" + name + "\"\n");
  }
  EXPECT_GT(number, 25);
  build(folder() / "headers");
}

TEST_F(InstalledPackage, TheExampleTrainsAModelOfACustomMap) {
  build(LAMINA_SOURCE_DIR "/examples");
  const ProgramResult result =
      shell("build/custom_map " LAMINA_SOURCE_DIR "/examples/custom_map.cc");
  ASSERT_EQ(result.status, 0) << result.errors;
  static const std::regex line("loss ([0-9.]+)");
  std::vector<double> losses;
  for (std::sregex_iterator match(result.output.begin(), result.output.end(), line), end;
       match != end; ++match) {
    losses.push_back(std::stod((*match)[1]));
  }
  ASSERT_GE(losses.size(), 2u);
  // A fresh model spreads its probability over all 256 bytes, but for what its small logits do.
  EXPECT_NEAR(losses.front(), std::log(256.0), 0.2);
  EXPECT_LT(losses.back(), losses.front() / 2);
}

TEST_F(InstalledPackage, SaysWhereLibTorchHeadersMayComeFrom) {
  write_file_atomically(folder() / "program/CMakeLists.txt", kProject);
  write_file_atomically(folder() / "program/a.cc", "");
  const ProgramResult without = configure(folder() / "program", "");
  EXPECT_NE(without.status, 0);
  EXPECT_THAT(without.errors, HasSubstr("LAMINA_TORCH_DIR"));
  EXPECT_THAT(without.errors, HasSubstr("--component torch"));
}

TEST_F(InstalledPackage, FindsLibTorchHeadersThatWereInstalledToo) {
  install("--component torch");
  fs::rename(folder() / "first/share/lamina/torch", prefix() / "share/lamina/torch");
  write_file_atomically(folder() / "program/CMakeLists.txt", kProject);
  write_file_atomically(folder() / "program/a.cc", "");
  const ProgramResult with = configure(folder() / "program", "");
  EXPECT_EQ(with.status, 0) << with.errors;
  const ProgramResult dry_run =
      shell((prefix() / "bin/lamina").string() + " sweep " +
            (prefix() / "share/lamina/configs/sweeps/quickstart.yaml").string() + " --dry-run");
  EXPECT_EQ(dry_run.status, 0) << dry_run.errors;
}

}  // namespace
}  // namespace lamina
