#include "lamina/sweep/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/stop_signal.h"
#include "process_state.h"
#include "sweep/sample_record.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Each run executes its own shell script in place of `train`. It runs in the run's folder, where
/// the number of lines in `starts` is how often it was started.
class ExecutorTest : public ::testing::Test {
 protected:
  ExecutorTest() {
    ::unsetenv("OMP_NUM_THREADS");
    write_file_atomically(folder_.path() / "train",
                          "cd \"$(dirname \"$1\")\" || exit 9\n"
                          "echo started >> starts\n"
                          ". ../$(basename \"$PWD\").sh\n");
    options_.command = {"/bin/sh", (folder_.path() / "train").string()};
  }

  void add_run(const std::string& name, const std::string& script,
               const std::string& config = "a: 1\n") {
    set_script(name, script);
    runs_.push_back({name, folder_.path() / name, parse_yaml(config, "s.yaml"), {{"o.rate", 0.5}}});
  }

  void set_script(const std::string& name, const std::string& script) const {
    write_file_atomically(folder_.path() / (name + ".sh"), script);
  }

  std::size_t num_starts(const std::string& name) const {
    const auto file = folder_.path() / name / "starts";
    return std::filesystem::exists(file) ? read_file(file).size() / sizeof "started" : 0;
  }

  SweepOutcome sweep() const { return run_sweep(runs_, options_); }

  TemporaryFolder folder_;
  std::vector<PlannedRun> runs_;
  ExecutorOptions options_;
};

const std::string kSucceed = "echo '" + sample_record_text() + "' > result.json\n";

/// Shell code that waits until the file exists, at most half a minute.
std::string wait_for(const std::string& file) {
  return "n=0; while [ ! -e " + file +
         " ]; do n=$((n+1)); [ $n -gt 600 ] && exit 8; "
         "sleep 0.05; done\n";
}

TEST_F(ExecutorTest, GivesEachRunItsConfigurationAndRecordsItsGridValues) {
  add_run("A", "cat run.yaml; echo \"$1\" > argument\n" + kSucceed, "b: {c: [1, 2]}\n");
  const SweepOutcome outcome = sweep();
  EXPECT_THAT(outcome.complete, ElementsAre("A"));
  EXPECT_THAT(outcome.folders, ElementsAre(folder_.path() / "A"));
  EXPECT_THAT(outcome.stopped, IsEmpty());
  const auto at = folder_.path() / "A";
  EXPECT_EQ(read_file(at / "argument"), (at / "run.yaml").string() + "\n");
  EXPECT_EQ(read_file(at / "console.log"), to_yaml(parse_yaml("b: {c: [1, 2]}\n", "")));
  EXPECT_EQ(read_json(at / "result.json")["settings"].dump(), R"({"o.rate":0.5})");
}

TEST_F(ExecutorTest, SkipsCompleteRunsAndRestartsPartialOnes) {
  add_run("A", kSucceed);
  add_run("B", "[ -e checkpoint ] || { touch checkpoint; exit 75; }\n" + kSucceed);
  const SweepOutcome first = sweep();
  EXPECT_THAT(first.complete, ElementsAre("A"));
  EXPECT_THAT(first.failed, IsEmpty());
  EXPECT_THAT(first.stopped, ElementsAre("B"));
  const SweepOutcome second = sweep();
  EXPECT_THAT(second.skipped, ElementsAre("A"));
  EXPECT_THAT(second.complete, ElementsAre("B"));
  EXPECT_THAT(second.stopped, IsEmpty());
  EXPECT_THAT(second.folders, ElementsAre(folder_.path() / "A", folder_.path() / "B"));
  EXPECT_EQ(num_starts("A"), 1u);
  EXPECT_EQ(num_starts("B"), 2u);
}

TEST_F(ExecutorTest, ReportsFailedRunWithLastLogLineAndRunsOthers) {
  add_run("A", "echo fine; echo 'a.bin: cannot open' >&2; echo; exit 3\n");
  add_run("B", kSucceed);
  add_run("C", "kill -KILL $$\n");
  add_run("D", "true\n");
  add_run("E", "echo '[1]' > result.json\n");
  const SweepOutcome outcome = sweep();
  EXPECT_THAT(outcome.complete, ElementsAre("B"));
  EXPECT_THAT(outcome.folders, ElementsAre(folder_.path() / "B"));
  EXPECT_THAT(outcome.stopped, IsEmpty());
  ASSERT_EQ(outcome.failed.size(), 4u);
  EXPECT_EQ(outcome.failed[0].name, "A");
  EXPECT_EQ(outcome.failed[0].reason, "exit status 3: a.bin: cannot open");
  EXPECT_EQ(outcome.failed[0].console_log, folder_.path() / "A/console.log");
  EXPECT_EQ(outcome.failed[1].reason, "killed by signal 9 (Killed): no output");
  EXPECT_EQ(outcome.failed[2].reason, (folder_.path() / "D/result.json").string() + ": is missing");
  EXPECT_THAT(outcome.failed[3].reason, HasSubstr("must be a JSON object"));
}

TEST_F(ExecutorTest, ARunThatDiesOfAStopSignalWhileTheSweepIsNotStoppedHasFailed) {
  for (const char* signal : {"TERM", "INT", "USR1", "USR2"}) {
    add_run(signal, "kill -" + std::string(signal) + " $$\n");
  }
  const SweepOutcome outcome = sweep();
  EXPECT_THAT(outcome.stopped, IsEmpty());
  ASSERT_EQ(outcome.failed.size(), 4u);
  EXPECT_EQ(outcome.failed[0].reason, "killed by signal 15 (Terminated): no output");
}

TEST_F(ExecutorTest, AFailureIsLoggedOnceWithoutTheTimeThatItsRunGaveIt) {
  add_run("A", "echo '20:16:11 E a.bin: cannot open'; exit 3\n");
  testing::internal::CaptureStderr();
  sweep();
  const std::string log = testing::internal::GetCapturedStderr();
  const std::string line = "A: failed: exit status 3: a.bin: cannot open; see " +
                           (folder_.path() / "A/console.log").string() + "\n";
  EXPECT_THAT(log, HasSubstr(line));
  EXPECT_EQ(log.find("failed"), log.rfind("failed")) << log;
}

TEST(OutcomeText, CountsEveryRun) {
  SweepOutcome outcome;
  outcome.complete = {"A", "B"};
  outcome.skipped = {"C"};
  EXPECT_EQ(outcome_text(outcome), "2 complete, 1 complete before, 0 failed");
  outcome.failed.resize(1);
  outcome.stopped = {"E", "F"};
  outcome.not_started = {"G", "H", "I"};
  EXPECT_EQ(outcome_text(outcome),
            "2 complete, 1 complete before, 1 failed, 2 stopped, 3 not started");
}

TEST_F(ExecutorTest, DoesNotReportOutputOfEarlierAttempt) {
  add_run("A", "[ -e again ] || { touch again; echo old; exit 3; }\nexit 4\n");
  EXPECT_EQ(sweep().failed.at(0).reason, "exit status 3: old");
  EXPECT_EQ(sweep().failed.at(0).reason, "exit status 4: no output");
}

TEST_F(ExecutorTest, ReportsProgramThatCannotBeStarted) {
  add_run("A", kSucceed);
  options_.command = {"/nonexistent/program"};
  EXPECT_EQ(sweep().failed.at(0).reason, "exit status 127: no output");
}

TEST_F(ExecutorTest, RunsTwoAtOnceWithTwoSlots) {
  add_run("A", "touch here\n" + wait_for("../B/here") + kSucceed);
  add_run("B", "touch here\n" + wait_for("../A/here") + kSucceed);
  options_.slots = 2;
  EXPECT_THAT(sweep().complete, ElementsAre("A", "B"));
}

TEST_F(ExecutorTest, RunsInOrderOfPlanWithOneSlot) {
  for (const char* name : {"C", "A", "B"}) {
    add_run(name, "[ -e ../busy ] && exit 3; touch ../busy; echo " + std::string(name) +
                      " >> ../order; rm ../busy\n" + kSucceed);
  }
  EXPECT_THAT(sweep().complete, ElementsAre("C", "A", "B"));
  EXPECT_EQ(read_file(folder_.path() / "order"), "C\nA\nB\n");
}

TEST_F(ExecutorTest, FreshDiscardsRunsOfAnyConfiguration) {
  add_run("A", kSucceed, "a: 1\n");
  sweep();
  runs_.clear();
  add_run("A", kSucceed, "a: 2\n");
  options_.fresh = true;
  EXPECT_THAT(sweep().complete, ElementsAre("A"));
  EXPECT_EQ(num_starts("A"), 1u);  // the count of the old run was deleted
  EXPECT_EQ(read_file(folder_.path() / "A/run.yaml"), "a: 2\n");
}

TEST_F(ExecutorTest, RejectsChangedConfigurationBeforeAnyRunStarts) {
  add_run("B", kSucceed, "a: 1\n");
  sweep();
  runs_.clear();
  add_run("A", kSucceed);
  add_run("B", kSucceed, "a: 2\n");
  try {
    sweep();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("a was 1, now is 2"));
    EXPECT_THAT(error.what(), HasSubstr("--fresh"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "A"));
  EXPECT_EQ(num_starts("B"), 1u);
}

TEST_F(ExecutorTest, DividesCoresAmongSlotsUnlessThreadsAreSet) {
  const std::string print = "echo \"${OMP_NUM_THREADS-unset}\" > threads\n" + kSucceed;
  const auto threads_of = [&](std::int64_t slots) {
    runs_.clear();
    add_run("A", print);
    options_.slots = slots;
    options_.fresh = true;
    sweep();
    return read_file(folder_.path() / "A/threads");
  };
  EXPECT_EQ(threads_of(1), "unset\n");
  EXPECT_EQ(threads_of(1'000'000), "1\n");  // more slots than any machine has cores
  ::setenv("OMP_NUM_THREADS", "7", 1);
  EXPECT_EQ(threads_of(2), "7\n");
  ::unsetenv("OMP_NUM_THREADS");
}

TEST_F(ExecutorTest, RejectsFewerThanOneSlot) {
  options_.slots = 0;
  try {
    sweep();
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "slots: got 0; expected an integer >= 1");
  }
}

/// The sweep is a separate process, because a process remembers a signal until it ends. Run A sends
/// it when the runs that should get it have started; B stops on request, C is killed by it.
TEST_F(ExecutorTest, SigtermStopsRunningRunsAndStartsNoOther) {
  const std::string stop_at_request = "trap 'touch stopped; exit 75' TERM\n";
  add_run("A", stop_at_request + wait_for("../B/here") + wait_for("../C/here") +
                   "kill -TERM $PPID\n" + wait_for("never"));
  add_run("B", stop_at_request + "touch here\n" + wait_for("never"));
  add_run("C", "touch here\n" + wait_for("never"));
  add_run("D", kSucceed);
  options_.slots = 3;
  const auto sweep_and_exit = [&] {
    watch_stop_signals();
    std::fputs(outcome_text(sweep()).c_str(), stderr);
    std::_Exit(kExitStopped);
  };
  EXPECT_EXIT(sweep_and_exit(), ::testing::ExitedWithCode(kExitStopped),
              AllOf(HasSubstr("SIGTERM"), HasSubstr("0 complete, 0 complete before, 0 failed, "
                                                    "3 stopped, 1 not started")));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "A/stopped"));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "B/stopped"));
  EXPECT_EQ(num_starts("C"), 1u);
  EXPECT_EQ(num_starts("D"), 0u);
}

/// The run ignores SIGTERM, sends both signals itself and is killed.
TEST_F(ExecutorTest, SecondInterruptEndsSweepAndItsRuns) {
  add_run("A",
          "trap '' TERM INT; echo $$ > pid; kill -INT $PPID\n"
          "while :; do kill -INT $PPID; done\n");
  const auto sweep_and_exit = [&] {
    watch_stop_signals();
    sweep();
  };
  EXPECT_EXIT(sweep_and_exit(), ::testing::ExitedWithCode(130), "started");
  const pid_t run = std::stoi(read_file(folder_.path() / "A/pid"));
  while (!is_gone(run)) std::this_thread::yield();  // the test's own time limit is the bound
}

}  // namespace
}  // namespace lamina
