#include "lamina/core/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/sync_calls.h"
#include "error_text.h"
#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

TEST(AtomicDirectory, AppearsOnlyWhenCommittedAndReplacesOldOne) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "step-1";
  {
    AtomicDirectory abandoned(target);
    write_file_synced(abandoned.path() / "a", "half");
    EXPECT_FALSE(std::filesystem::exists(target));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  for (const char* text : {"one", "two"}) {
    AtomicDirectory directory(target);
    write_file_synced(directory.path() / "a", text);
    directory.commit();
    EXPECT_EQ(read_file(target / "a"), text);
  }
}

/// The names of what was synced, each with the bytes that it then had; folders have "/" instead.
std::vector<std::string> synced(const SyncCalls& syncs) {
  std::vector<std::string> names;
  for (const auto& [path, bytes, is_folder] : syncs.calls()) {
    std::string& name = names.emplace_back(path.filename().string());
    name += is_folder ? "/" : " ";
    if (!is_folder) name += std::to_string(bytes);
  }
  return names;
}

TEST(WriteFileSynced, SyncsTheFileOnceAllItsBytesAreWritten) {
  const TemporaryFolder folder;
  for (const std::size_t bytes : {0u, 4u, 1000000u}) {
    const SyncCalls syncs;
    write_file_synced(folder.path() / "a", std::string(bytes, 'x'));
    EXPECT_THAT(synced(syncs), testing::ElementsAre("a " + std::to_string(bytes)));
  }
}

TEST(WriteFileAtomically, SyncsTheFileUnderItsPartialNameThenTheFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "b");
  const SyncCalls syncs;
  write_file_atomically(folder.path() / "b/a", "text");
  EXPECT_THAT(synced(syncs), testing::ElementsAre(testing::MatchesRegex("a[.]partial-.* 4"), "b/"));
}

TEST(AtomicDirectory, SyncsItsFilesAndFoldersAndThenTheFolderAroundIt) {
  const TemporaryFolder folder;
  AtomicDirectory directory(folder.path() / "b/step-1");
  std::filesystem::create_directory(directory.path() / "c");
  for (const char* name : {"a", "c/d"}) {
    std::ofstream(directory.path() / name) << "text";
  }
  const SyncCalls syncs;
  directory.commit();
  std::vector<std::string> names = synced(syncs);
  ASSERT_EQ(names.size(), 5u);
  EXPECT_EQ(names.back(), "b/");
  EXPECT_THAT(names, testing::UnorderedElementsAre("a 4", "c/", "d 4", "step-1.partial/", "b/"));
}

TEST(WriteFileAtomically, LeavesNothingBesideATargetThatItCannotReplace) {
  const TemporaryFolder folder;
  const auto target = folder.path() / "target";
  std::filesystem::create_directory(target);
  EXPECT_EQ(error_text([&] { write_file_atomically(target, "text"); }),
            target.string() + ": cannot rename into place: Is a directory");
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.path(), target);
  }
}

TEST(WriteFileAtomically, NamesFolderThatItCannotCreateAndReason) {
  const TemporaryFolder folder;
  write_file_synced(folder.path() / "file", "");
  EXPECT_EQ(error_text([&] { write_file_atomically(folder.path() / "file/c/d", "text"); }),
            (folder.path() / "file/c").string() + ": cannot create this folder: Not a directory");
}

TEST(RandomPartialEnding, DiffersBetweenCallsOfOneProcess) {
  EXPECT_NE(random_partial_ending(), random_partial_ending());
  EXPECT_TRUE(random_partial_ending().starts_with(".partial-"));
}

TEST(FolderOf, IsCurrentFolderIfPathNamesNone) {
  EXPECT_EQ(folder_of("a.txt"), ".");
  EXPECT_EQ(folder_of("b/a.txt"), "b");
}

TEST(ReadFile, NamesMissingFile) {
  try {
    read_file("/nonexistent/file");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "/nonexistent/file: cannot open: No such file or directory");
  }
}

TEST(JsonLines, DropsTornLastLineAndNamesInvalidOne) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "metrics.jsonl";
  write_file_atomically(path, "{\"step\": 1}\n{\"step\": 2}\n{\"ste");
  ASSERT_EQ(read_json_lines(path).size(), 2u);
  EXPECT_EQ(read_json_lines(path)[1]["step"], 2);
  write_file_atomically(path, "{\"step\": 1}\nnonsense\n");
  try {
    read_json_lines(path);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("metrics.jsonl:2: "), std::string::npos);
  }
}

}  // namespace
}  // namespace lamina
