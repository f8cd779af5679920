#include <gmock/gmock.h>
#include <unistd.h>

#include <regex>
#include <set>
#include <sstream>

#include "install/installed_prefix.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class InstalledPrograms : public InstalledPrefix {
 protected:
  bool is_program_or_library(const fs::path& file) const {
    return file.extension() != ".a" && read_file(file).starts_with("\177ELF");
  }

  std::vector<fs::path> programs_and_libraries() const {
    std::vector<fs::path> found;
    for (const char* part : {"bin", LAMINA_LIBRARY_DIR}) {
      for (const fs::path& file : files_below(part)) {
        if (is_program_or_library(file)) found.push_back(file);
      }
    }
    return found;
  }

  /// The places where the loader looks for what a file needs.
  std::vector<std::string> run_paths(const fs::path& file) const {
    const std::string text = shell("readelf -d " + file.string()).output;
    static const std::regex entry(R"(\((?:RPATH|RUNPATH)\)\s+[^\[]*\[([^\]]*)\])");
    std::vector<std::string> paths;
    for (std::sregex_iterator match(text.begin(), text.end(), entry), end; match != end; ++match) {
      std::istringstream list((*match)[1]);
      for (std::string path; std::getline(list, path, ':');) paths.push_back(path);
    }
    return paths;
  }

  /// The libraries that a program loads and where they are, as the loader says.
  std::vector<std::pair<std::string, fs::path>> loaded_libraries(const fs::path& file) const {
    const std::string text = shell("ldd " + file.string()).output;
    static const std::regex entry(R"(\t(?:(\S+) => )?(\S.*\S) \(0x[0-9a-f]+\))");
    std::vector<std::pair<std::string, fs::path>> libraries;
    for (std::sregex_iterator match(text.begin(), text.end(), entry), end; match != end; ++match) {
      const fs::path path = (*match)[2].str();
      if (path.has_parent_path()) libraries.emplace_back(path.filename().string(), path);
    }
    EXPECT_THAT(text, Not(HasSubstr("not found"))) << file;
    return libraries;
  }

  /// Those of them that the installation does not have.
  std::vector<std::pair<std::string, fs::path>> loaded_from_elsewhere() const {
    std::vector<std::pair<std::string, fs::path>> elsewhere;
    for (const char* program : {"bin/lamina", "bin/lamina-torch"}) {
      for (const auto& [name, path] : loaded_libraries(prefix() / program)) {
        const fs::path inside = fs::weakly_canonical(path).lexically_relative(prefix());
        if (inside.string().starts_with("..")) elsewhere.emplace_back(name, path);
      }
    }
    return elsewhere;
  }

  /// A system below root() that has the loader, the C and C++ runtimes and the installation alone.
  void make_bare_system() const {
    for (const auto& [name, path] : loaded_from_elsewhere()) {
      fs::create_directories((root() / path.relative_path()).parent_path());
      fs::copy_file(fs::canonical(path), root() / path.relative_path(),
                    fs::copy_options::skip_existing);
    }
    for (const char* name : {"proc", "dev", "tmp", "work"}) fs::create_directories(root() / name);
  }

  /// Runs a program of the bare system, which cannot reach anything outside it.
  ProgramResult run_in_bare_system(const std::string& words) const {
    const std::string as_root = ::geteuid() == 0 ? "" : " --map-root-user";
    return shell("unshare --mount" + as_root + " /bin/sh -c 'mount --rbind /proc root/proc && " +
                 "mount --rbind /dev root/dev && exec chroot root " + words + "'");
  }

  bool can_enter_bare_system() const {
    for (const auto& [name, path] : loaded_from_elsewhere()) {
      if (is_loader(name)) return run_in_bare_system(path.string() + " --version").status == 0;
    }
    return false;
  }

  static bool is_loader(const std::string& library) { return library.starts_with("ld-linux"); }
};

TEST_F(InstalledPrograms, AreFoundByTheirOwnPlace) {
  for (const fs::path& file : programs_and_libraries()) {
    EXPECT_THAT(run_paths(file), Each(StartsWith("$ORIGIN"))) << file;
  }
  EXPECT_THAT(run_paths(prefix() / "bin/lamina-torch"), testing::SizeIs(1));
}

TEST_F(InstalledPrograms, LoadOnlyTheRuntimesOfCAndCppFromElsewhere) {
  static const std::set<std::string> runtimes{
      "libc.so.6",    "libm.so.6",      "libdl.so.2",    "librt.so.1",    "libpthread.so.0",
      "libutil.so.1", "libresolv.so.2", "libgcc_s.so.1", "libstdc++.so.6"};
  for (const auto& [name, path] : loaded_from_elsewhere()) {
    EXPECT_TRUE(is_loader(name) || runtimes.contains(name)) << path;
  }
}

TEST_F(InstalledPrograms, InspectTrainAndMakeTablesInABareSystem) {
  make_bare_system();
  if (!can_enter_bare_system()) GTEST_SKIP() << "unshare and chroot are not permitted here";
  const ProgramResult inspected = run_in_bare_system(
      "/opt/lamina/bin/lamina inspect /opt/lamina/share/lamina/configs/base/tiny.yaml "
      "model.design=H32-MQA-CLA2");
  EXPECT_EQ(inspected.status, 0) << inspected.errors;
  EXPECT_THAT(inspected.output, HasSubstr("H32-MQA-CLA2"));

  std::string text;
  for (int i = 0; i < 4000; ++i) text += "line " + std::to_string(i * 7919 % 1000) + "\n";
  write_file_atomically(root() / "work/text.txt", text);
  write_file_atomically(root() / "work/small.yaml", R"(
model: {hidden_size: 32, intermediate_size: 64, num_hidden_layers: 4}
data: {train: [text.txt], validation_fraction: 0.2, sequence_length: 32}
train: {tokens: 2560, batch_sequences: 8, micro_batch_sequences: 4}
evaluation: {validation_bytes: 2000, cloze_questions: 20, cloze_context_bytes: 20, cloze_continuation_bytes: 8}
)");
  for (const std::string design : {"H8-MQA", "H8-MQA-CLA2"}) {
    const ProgramResult trained = run_in_bare_system(
        "/opt/lamina/bin/lamina train /work/small.yaml output=/work/runs name=" + design +
        " model.design=" + design);
    EXPECT_EQ(trained.status, 0) << trained.errors;
  }
  const ProgramResult table = run_in_bare_system("/opt/lamina/bin/lamina table /work/runs");
  EXPECT_EQ(table.status, 0) << table.errors;
  EXPECT_THAT(table.output, HasSubstr("| H8-MQA "));
  EXPECT_THAT(table.output, HasSubstr("| H8-MQA-CLA2"));
}

}  // namespace
}  // namespace lamina
