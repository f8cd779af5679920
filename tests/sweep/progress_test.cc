#include "lamina/sweep/progress.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lamina/core/files.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

TEST(SweepSecondsLeft, IncludesRunningAndWaitingRuns) {
  EXPECT_FALSE(sweep_seconds_left({.running = {{5, {}}}, .num_waiting = 3}));
  // One run of 60 s with 40 s left, and two waiting: 40 + 2 * 60.
  EXPECT_EQ(sweep_seconds_left({.running = {{20, 40}}, .num_waiting = 2}), 160);
  // The mean of 100 and 60 is 80.
  EXPECT_EQ(
      sweep_seconds_left({.finished_seconds = {100}, .running = {{20, 40}}, .num_waiting = 2}),
      200);
  // A run that does not report takes the mean, 100; two slots halve the time.
  EXPECT_EQ(sweep_seconds_left({.finished_seconds = {100},
                                .running = {{30, {}}, {90, 10}},
                                .num_waiting = 2,
                                .slots = 2}),
            140);
  // At least the time left of the longest running run.
  EXPECT_EQ(sweep_seconds_left({.running = {{30, 70}, {90, 10}}, .slots = 2}), 70);
}

TEST(LastLogLine, IsLastNonBlankLineSinceStart) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "console.log";
  EXPECT_EQ(last_log_line(file, 0), "");
  write_file_atomically(file, "one\n  two \r\n\n \n");
  EXPECT_EQ(last_log_line(file, 0), "two");
  EXPECT_EQ(last_log_line(file, 8), "o");
  EXPECT_EQ(last_log_line(file, 12), "");
  EXPECT_EQ(last_log_line(file, 1000), "");
  write_file_atomically(file, std::string(100'000, 'x') + "\nlast");
  EXPECT_EQ(last_log_line(file, 0), "last");
}

TEST(LastLogLine, HasNoTimeAndLevel) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "console.log";
  write_file_atomically(file, "20:16:11 I fine\n20:16:12 E data.train: a: no such file\n");
  EXPECT_EQ(last_log_line(file, 0), "data.train: a: no such file");
  write_file_atomically(file, "at 20:16:12 E it broke\n");
  EXPECT_EQ(last_log_line(file, 0), "at 20:16:12 E it broke");
}

TEST(ExitText, NamesSignalThatKilled) {
  EXPECT_EQ(exit_text(3), "exit status 3");
  EXPECT_EQ(exit_text(137), "killed by signal 9 (Killed)");
}

}  // namespace
}  // namespace lamina
