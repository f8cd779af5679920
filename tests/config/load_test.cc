#include "lamina/config/load.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/error_line.h"
#include "config/run_settings.h"
#include "lamina/config/reader.h"
#include "lamina/core/files.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

TEST(LoadConfig, LaysFilesOverTheirBasesAndOverridesOverAll) {
  const TemporaryFolder folder;
  const fs::path top = folder.path() / "runs/top.yaml";
  write_file_atomically(folder.path() / "base/root.yaml",
                        "a: {x: 1, y: 1, z: 1, w: 1}\nlist: [1, 2, 3]\n");
  write_file_atomically(folder.path() / "base/middle.yaml",
                        "base: root.yaml\na: {y: 2, z: 2, w: 2}\n");
  write_file_atomically(top, "a: {z: 3, w: 3}\nbase: ../base/middle.yaml\nlist: [4]\n");
  const std::vector<std::string> overrides{"a.w=4", "b.c={d: 5}", "b.c.e=6", "a.w=7"};
  EXPECT_EQ(to_yaml(load_config(top, overrides)),
            "a:\n  x: 1\n  y: 2\n  z: 3\n  w: 7\nlist: [4]\nb:\n  c:\n    d: 5\n    e: 6\n");
}

TEST(LoadConfig, PathsBelongToTheFileThatNamesThem) {
  const TemporaryFolder folder;
  const fs::path top = folder.path() / "runs/top.yaml";
  write_file_atomically(folder.path() / "base/b.yaml",
                        "{model: {hidden_size: 1}, data: {tokenizer: tok.json, train: [a.bin]}}");
  write_file_atomically(top, "base: ../base/b.yaml\ndata: {train: [c.bin]}\n");
  RunSettings settings;
  read_settings(load_config(top, {}), settings);
  EXPECT_EQ(settings.data.tokenizer, folder.path() / "base/tok.json");
  EXPECT_EQ(settings.data.train, std::vector<fs::path>{folder.path() / "runs/c.bin"});
  const std::vector<std::string> overrides{"data.train=in/d.bin"};
  read_settings(load_config(top, overrides), settings);
  EXPECT_EQ(settings.data.train, std::vector<fs::path>{fs::current_path() / "in/d.bin"});
}

TEST(LoadConfig, AMissingRequiredSettingNamesItsSectionOrElseTheGivenFile) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "base.yaml", "model:\n  head_dim: 4\n");
  write_file_atomically(folder.path() / "top.yaml", "base: base.yaml\n\nname: x\n");
  RunSettings settings;
  EXPECT_EQ(
      error_line([&] { read_settings(load_config(folder.path() / "top.yaml", {}), settings); }),
      (folder.path() / "base.yaml").string() +
          ":1:1: model.hidden_size is required but not set: width of the residual stream");
  write_file_atomically(folder.path() / "base.yaml", "train: {seed: 1}\n");
  EXPECT_EQ(
      error_line([&] { read_settings(load_config(folder.path() / "top.yaml", {}), settings); }),
      (folder.path() / "top.yaml").string() +
          ":1:1: model.hidden_size is required but not set: width of the residual stream");
}

TEST(LoadConfig, NamesAFileThatIsMissingOrTooLarge) {
  EXPECT_EQ(error_line([] { load_config("/nowhere/f.yaml", {}); }),
            "/nowhere/f.yaml: cannot open: No such file or directory");
  const TemporaryFolder folder;
  const fs::path large = folder.path() / "tokens.bin";
  write_file_atomically(large, "");
  fs::resize_file(large, 4194305);
  EXPECT_EQ(
      error_line([&] { load_config(large, {}); }),
      large.string() + ": 4194305 bytes are too many for a configuration; 4194304 are allowed");
}

TEST(LoadConfig, FindsACircleThroughASymbolicLink) {
  const TemporaryFolder folder;
  const fs::path top = folder.path() / "top.yaml";
  write_file_atomically(top, "base: link.yaml\n");
  fs::create_symlink(top, folder.path() / "link.yaml");
  EXPECT_EQ(error_line([&] { load_config(top, {}); }),
            top.string() + ":1:7: base: a cycle: " + top.string() + " -> " +
                (folder.path() / "link.yaml").string());
}

TEST(MergeInto, MergesMapsAndReplacesTheRest) {
  Node target = parse_yaml("{a: {b: 1, c: [1, 2]}, d: {e: 1}, f: 1}", "x");
  merge_into(target, parse_yaml("{a: {c: [3]}, d: ~, f: {g: 2}, h: 3}", "y"));
  EXPECT_EQ(to_yaml(target), "a:\n  b: 1\n  c: [3]\nd: null\nf:\n  g: 2\nh: 3\n");
  EXPECT_EQ(target.find("a")->find("c")->place.file, "y");
  EXPECT_EQ(target.find("a")->entries.at(1).place.file, "y");
  EXPECT_EQ(target.find("a")->find("b")->place.file, "x");
}

TEST(SetValue, ReadsTheValueAsYamlAndGivesItThePlace) {
  Node root = parse_yaml("{a: {b: 1}}", "x");
  const Place place{"sweep.yaml", 3, 5};
  set_value(root, "a.b=[1, 'x=y']", place);
  set_value(root, "c=", place);
  set_value(root, "c.d=a b", place);
  EXPECT_EQ(to_yaml(root), "a:\n  b: [1, \"x=y\"]\nc:\n  d: a b\n");
  EXPECT_EQ(root.find("a")->entries.at(0).place.text(), "sweep.yaml:3:5");
  EXPECT_EQ(root.find("a")->find("b")->items.at(0).place.text(), "sweep.yaml:3:5");
  EXPECT_EQ(error_line([&] { set_value(root, "a.b.c=1", place); }),
            "sweep.yaml:3:5: a.b.c=1: a.b is a list, not a map");
}

}  // namespace
}  // namespace lamina
