#include "lamina/core/status_file.h"

#include <gtest/gtest.h>

#include "lamina/core/files.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

TEST(StatusFile, ExistsWhileObjectDoesAndReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "status.json";
  write_status({"no file", 1});
  {
    const StatusFile file(path);
    EXPECT_FALSE(read_status(path));
    write_status({"step 3/9", 12.5});
    EXPECT_EQ(read_status(path)->text, "step 3/9");
    EXPECT_EQ(read_status(path)->seconds_left, 12.5);
    write_status({"scoring", {}});
    EXPECT_EQ(read_status(path)->text, "scoring");
    EXPECT_FALSE(read_status(path)->seconds_left);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(StatusFile, IsNoneIfFileIsNotStatus) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "status.json";
  for (const char* text : {"", "{\"text\": 3}", "[]", "{\"text"}) {
    write_file_atomically(path, text);
    EXPECT_FALSE(read_status(path)) << text;
  }
}

}  // namespace
}  // namespace lamina
