#include <gmock/gmock.h>

#include <map>

#include "structure/source_tree.h"
#include "written_files.h"

namespace lamina {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Violations = std::vector<std::string>;

/// A row of the table of modules in docs/architecture.md. Each module may use only those above it
/// that it names.
struct Module {
  std::string name;
  std::set<std::string> may_use;
  bool torch;
};

const std::vector<Module>& modules() {
  static const std::vector<Module> table{
      {"core", {}, false},
      {"config", {"core"}, false},
      {"design", {"core", "config"}, false},
      {"record", {"core", "config", "design"}, false},
      {"text", {"core"}, false},
      {"data", {"core", "text"}, true},
      {"dist", {"core"}, true},
      {"kernels", {"core"}, true},
      {"nn", {"kernels", "design"}, true},
      {"model", {"nn", "design", "config", "core"}, true},
      {"optim", {"kernels", "nn", "dist", "core"}, true},
      {"train",
       {"core", "config", "design", "record", "text", "data", "dist", "kernels", "nn", "model",
        "optim"},
       true},
      {"eval", {"text", "model", "dist", "core", "config"}, true},
      {"run",
       {"core", "config", "design", "record", "text", "data", "dist", "kernels", "nn", "model",
        "optim", "train", "eval"},
       true},
      {"sweep", {"record", "config", "design", "core"}, false},
      {"report", {"record", "core", "design"}, false},
      {"apps",
       {"core", "config", "design", "record", "text", "data", "dist", "kernels", "nn", "model",
        "optim", "train", "eval", "run", "sweep", "report"},
       true}};
  return table;
}

const Module* module_named(const std::string& name) {
  for (const Module& module : modules()) {
    if (module.name == name) return &module;
  }
  return nullptr;
}

bool may_use(const std::string& module, const std::string& used) {
  const Module* row = module_named(module);
  return row && (used == module || row->may_use.contains(used));
}

/// The module that an included file belongs to; "" for a file of the same folder or of a library.
std::string included_module(const std::string& file) {
  static const std::regex ours("(?:lamina/)?([a-z]+)/.*");
  std::smatch match;
  if (!std::regex_match(file, match, ours)) return "";
  return file.starts_with("lamina/") || module_named(match[1]) ? match[1].str() : "";
}

Violations forbidden_includes(const std::filesystem::path& root) {
  Violations found;
  for (const SourceFile& file : read_sources(root)) {
    for (const std::string& line : file.lines) {
      const std::string used = included_module(included_file(line));
      if (!used.empty() && !may_use(file.module, used)) {
        found.push_back(file.path + ": " + file.module + " may not include " + included_file(line));
      }
    }
  }
  return found;
}

Violations forbidden_uses(const std::filesystem::path& root) {
  Violations found;
  for (const ModuleTarget& target : read_module_targets(root)) {
    for (const std::string& used : target.uses) {
      if (!may_use(target.module, used)) found.push_back(target.module + " may not use " + used);
    }
  }
  return found;
}

/// Folders of modules that use LibTorch, which are free of it themselves.
bool is_free_of_torch(const std::string& path) {
  const std::vector<std::string> folders{"eval/python/", "eval/harness/", "eval/tasks/",
                                         "src/kernels/cpu/"};
  return std::any_of(folders.begin(), folders.end(),
                     [&](const std::string& folder) { return path.starts_with(folder); });
}

Violations torch_where_it_may_not_be(const std::filesystem::path& root) {
  static const std::regex torch_header("(ATen|torch|c10)/.*");
  Violations found;
  for (const SourceFile& file : read_sources(root)) {
    const Module* row = module_named(file.module);
    for (const std::string& line : file.lines) {
      const std::string included = included_file(line);
      const bool free = (row && !row->torch) || is_free_of_torch(file.path);
      if (free && std::regex_match(included, torch_header)) {
        found.push_back(file.path + " includes " + included);
      }
    }
  }
  for (const ModuleTarget& target : read_module_targets(root)) {
    const Module* row = module_named(target.module);
    if (row && !row->torch && target.torch) found.push_back(target.module + " links LibTorch");
  }
  return found;
}

Violations unknown_modules(const std::filesystem::path& root) {
  std::set<std::string> found;
  for (const SourceFile& file : read_sources(root)) {
    if (!module_named(file.module)) found.insert(file.module);
  }
  for (const ModuleTarget& target : read_module_targets(root)) {
    if (!module_named(target.module)) found.insert(target.module);
  }
  return {found.begin(), found.end()};
}

Violations long_files(const std::filesystem::path& root) {
  Violations found;
  for (const SourceFile& file : read_sources(root)) {
    const std::size_t limit = file.path.ends_with(".h") || file.path.ends_with(".cuh") ? 150 : 400;
    if (file.lines.size() > limit) {
      found.push_back(file.path + " has " + std::to_string(file.lines.size()) + " lines");
    }
  }
  return found;
}

const std::filesystem::path kRoot = LAMINA_SOURCE_DIR;

TEST(ModuleOrder, TableNamesOnlyModulesAbove) {
  std::set<std::string> above;
  for (const Module& module : modules()) {
    for (const std::string& used : module.may_use) {
      EXPECT_TRUE(above.contains(used)) << module.name << " uses " << used;
    }
    above.insert(module.name);
  }
}

TEST(ModuleOrder, SourcesAreFound) {
  std::set<std::string> seen;
  for (const SourceFile& file : read_sources(kRoot)) seen.insert(file.module);
  for (const Module& module : modules()) EXPECT_TRUE(seen.contains(module.name)) << module.name;
  EXPECT_THAT(read_module_targets(kRoot), SizeIs(modules().size() - 1));  // apps are programs
}

TEST(ModuleOrder, EveryFolderIsInTable) { EXPECT_THAT(unknown_modules(kRoot), IsEmpty()); }
TEST(ModuleOrder, IncludesFollowTable) { EXPECT_THAT(forbidden_includes(kRoot), IsEmpty()); }
TEST(ModuleOrder, LinksFollowTable) { EXPECT_THAT(forbidden_uses(kRoot), IsEmpty()); }
TEST(ModuleOrder, OnlyTorchModulesUseLibTorch) {
  EXPECT_THAT(torch_where_it_may_not_be(kRoot), IsEmpty());
}
TEST(ModuleOrder, FilesAreShort) { EXPECT_THAT(long_files(kRoot), IsEmpty()); }

/// A tree with one fault of each kind.
class FaultyTree : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const { files_.write(path, text); }
  const std::filesystem::path& root() const { return files_.root(); }

 private:
  WrittenFiles files_;
};

TEST_F(FaultyTree, ForbiddenIncludesAreReported) {
  write("include/lamina/core/a.h",
        "#include \"lamina/design/b.h\"\n#include \"lamina/core/c.h\"\n");
  write("src/nn/a.cc",
        "  # include <lamina/optim/b.h>\n#include \"nn/own.h\"\n#include <vector>\n");
  write("eval/tasks/a.cc", "#include \"apps/b.h\"\n#include \"sys/types.h\"\n");
  write("src/apps/a.cc", "#include \"lamina/train/b.h\"\n");
  EXPECT_THAT(forbidden_includes(root()),
              ElementsAre("eval/tasks/a.cc: eval may not include apps/b.h",
                          "include/lamina/core/a.h: core may not include lamina/design/b.h",
                          "src/nn/a.cc: nn may not include lamina/optim/b.h"));
}

TEST_F(FaultyTree, ForbiddenLinksAreReported) {
  write("src/text/CMakeLists.txt",
        "lamina_module(text TORCH\n  SOURCES a.cc\n  USES core data\n  LIBRARIES zstd)\n");
  EXPECT_THAT(forbidden_uses(root()), ElementsAre("text may not use data"));
  EXPECT_THAT(torch_where_it_may_not_be(root()), ElementsAre("text links LibTorch"));
}

TEST_F(FaultyTree, LibTorchHeadersAreReported) {
  write("src/report/a.cc", "#include <ATen/ATen.h>\n");
  write("src/kernels/a.cc", "#include <ATen/ATen.h>\n");
  write("eval/tasks/a.cc", "#include <ATen/ATen.h>\n");
  write("eval/scoring/a.cc", "#include <ATen/ATen.h>\n");
  EXPECT_THAT(
      torch_where_it_may_not_be(root()),
      ElementsAre("eval/tasks/a.cc includes ATen/ATen.h", "src/report/a.cc includes ATen/ATen.h"));
}

TEST_F(FaultyTree, LongFilesAndUnknownFoldersAreReported) {
  const auto lines = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "//\n";
    return text;
  };
  write("src/core/long.cc", lines(401));
  write("src/core/fits.cc", lines(400));
  write("include/lamina/core/long.h", lines(151));
  write("include/lamina/core/fits.h", lines(150));
  write("src/misc/a.cc", "");
  EXPECT_THAT(long_files(root()), ElementsAre("include/lamina/core/long.h has 151 lines",
                                              "src/core/long.cc has 401 lines"));
  EXPECT_THAT(unknown_modules(root()), ElementsAre("misc"));
}

}  // namespace
}  // namespace lamina
