#include "lamina/core/output_file.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/log.h"
#include "temporary_folder.h"
#include "write_faults.h"

namespace lamina {
namespace {

const WriteFaults::Plan kInterrupted{.interrupted = true, .most_bytes = 7};
constexpr const char* kFull = ": cannot write: No space left on device";

class FileWriters : public testing::Test {
 protected:
  std::filesystem::path file(const char* name) const { return folder_.path() / name; }

  TemporaryFolder folder_;
};

std::string long_text() {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i) + " ";
  return text;
}

TEST_F(FileWriters, LoseNoBytesToSignalsAndShortWrites) {
  const WriteFaults faults(kInterrupted);
  write_file_atomically(file("atomic"), long_text());
  EXPECT_EQ(read_file(file("atomic")), long_text());
  JsonLinesWriter lines(file("lines"));
  for (int i = 0; i < 3; ++i) lines.write({{"step", i}, {"name", "a line of some length"}});
  EXPECT_EQ(read_json_lines(file("lines")).size(), 3u);
  add_log_file(file("log"));
  log_info("a line that is written in parts");
  EXPECT_TRUE(read_file(file("log")).ends_with(" I a line that is written in parts\n"));
  {
    OutputFile output(file("pieces"));
    for (int i = 0; i < 20000; ++i) output.write(std::to_string(i) + " ");
    output.overwrite(10, "TEN BYTES.");
    output.finish();
  }
  std::string expected = long_text();
  expected.replace(10, 10, "TEN BYTES.");
  EXPECT_EQ(read_file(file("pieces")), expected);
}

TEST_F(FileWriters, NameFileAndReasonIfDiskIsFull) {
  write_file_atomically(file("atomic"), "old");
  JsonLinesWriter lines(file("lines"));
  lines.write({{"step", 1}});
  const WriteFaults faults({.free_bytes = 5});
  const std::string message =
      error_text([&] { write_file_atomically(file("atomic"), "new text"); });
  EXPECT_TRUE(message.starts_with(file("atomic").string() + ".partial-")) << message;
  EXPECT_TRUE(message.ends_with(kFull)) << message;
  EXPECT_EQ(read_file(file("atomic")), "old");
  EXPECT_EQ(error_text([&] { lines.write({{"step", 2}}); }), file("lines").string() + kFull);
}

TEST_F(FileWriters, WriteNoPartOfJsonLineThatDoesNotFit) {
  JsonLinesWriter lines(file("lines"));
  lines.write({{"step", 1}});
  {
    const WriteFaults faults({.free_bytes = 5});
    EXPECT_NE(error_text([&] { lines.write({{"step", 2}}); }), "");
  }
  lines.write({{"step", 3}});
  EXPECT_EQ(read_file(file("lines")), "{\"step\":1}\n{\"step\":3}\n");
}

TEST_F(FileWriters, WriteLogLineThatDoesNotFitToConsoleOnly) {
  add_log_file(file("log"));
  testing::internal::CaptureStderr();
  {
    const WriteFaults faults({.free_bytes = 5});
    log_info("first");
    log_info("second");
  }
  log_info("third");
  const std::string console = testing::internal::GetCapturedStderr();
  EXPECT_NE(console.find("first"), std::string::npos);
  EXPECT_NE(console.find("second"), std::string::npos);
  EXPECT_NE(console.find(file("log").string() + kFull), std::string::npos) << console;
  EXPECT_TRUE(read_file(file("log")).ends_with(" I third\n"));
  EXPECT_EQ(read_file(file("log")).find("second"), std::string::npos);
}

TEST_F(FileWriters, NameDeviceThatIsAlwaysFull) {
  EXPECT_EQ(error_text([] { write_file_synced("/dev/full", "text"); }),
            std::string("/dev/full") + kFull);
  EXPECT_EQ(error_text([] {
              JsonLinesWriter("/dev/full").write({{"step", 1}});
            }),
            std::string("/dev/full") + kFull);
}

}  // namespace
}  // namespace lamina
