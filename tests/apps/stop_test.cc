#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <set>
#include <sstream>
#include <thread>

#include "apps/small_run.h"
#include "process_state.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

/// Looks again and again until something holds or the process has ended.
template <class Condition>
void wait_until(Child& child, const Condition& condition) {
  while (!condition() && !child.poll()) std::this_thread::yield();
}

bool watches_signals(pid_t pid) { return has_signal(pid, "SigCgt", SIGUSR2); }

std::string contents(const fs::path& file) { return fs::exists(file) ? read_file(file) : ""; }

/// Whether a local rank has become a program of its own, which ends with its parent.
bool has_begun(pid_t rank) {
  return contents("/proc/" + std::to_string(rank) + "/cmdline").find("lamina-torch") !=
         std::string::npos;
}

class Stop : public SmallRun {
 protected:
  /// Text that takes seconds to read.
  void write_long_text(const std::string& name) const {
    std::string text;
    while (text.size() < 48'000'000) text += sentences(static_cast<int>(text.size() % 7));
    write_file_atomically(folder_.path() / name, text);
  }

  std::string status_text(const std::string& name) const {
    return contents(run_folder(name) / "status.json");
  }

  /// Starts a run of long steps and waits until it is within one.
  Child start_and_wait_for_micro_batch(const std::string& name,
                                       const std::string& words = "") const {
    Child child = program_.start("train small.yaml name=" + name + " " + words);
    wait_until(child, [&] { return status_text(name).find("micro-batch") != std::string::npos; });
    return child;
  }

  std::string errors() const { return read_file(folder_.path() / "stderr"); }

  std::vector<std::string> checkpoints(const std::string& name) const {
    std::vector<std::string> names;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(run_folder(name) / "checkpoints", absent))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  void expect_stopped(Child& child, const std::string& text) const {
    EXPECT_EQ(child.wait(), 75);
    const std::string printed = errors();
    const std::size_t at = printed.find(text);
    ASSERT_NE(at, std::string::npos) << printed;
    EXPECT_EQ(printed.find("stopped by", at + text.size()), std::string::npos) << printed;
  }
};

/// 3.2 million tokens in a step of 100,000 micro-batches: minutes.
constexpr const char* kLongSteps =
    "train.tokens=1e8 train.batch_sequences=100000 train.micro_batch_sequences=1";

TEST_F(Stop, EveryCommandAnswersWithOneLineAndExitStatus75) {
  write_long_text("long.txt");
  train("scored", "model.max_position_embeddings=200000");
  const std::string bpe = "tokenizer train --vocab-size 300 --output bpe.json text/part0.txt";
  ASSERT_EQ(program_.run(bpe).status, 0);
  write_file_atomically(folder_.path() / "sweep.yaml",
                        "base: small.yaml\nsweep: {name: long}\ntrain: {tokens: 1e9}\n");
  for (const char* words :
       {"prepare small.yaml data.train=long.txt data.tokenizer=bpe.json --output made/x",
        "tokenizer train --vocab-size 300 --output other.json long.txt",
        "tokenizer encode --tokenizer bpe.json long.txt",
        "bench tokenizer --tokenizer bpe.json --text text/part0.txt --seconds 3000",
        "bench train small.yaml --steps 1000000", "train small.yaml train.tokens=1e9",
        "sweep sweep.yaml",
        "generate runs/scored --tokenizer bytes --prompt the --new-tokens 190000",
        "eval small.yaml name=scored model.max_position_embeddings=200000 "
        "data.validation_fraction=null data.validation=long.txt evaluation.validation_bytes=4e6"}) {
    Child child = program_.start(words);
    wait_until(child, [&] { return watches_signals(child.pid()); });
    child.signal(SIGUSR2);
    EXPECT_EQ(child.wait(), 75) << words << errors();
    const bool is_sweep = std::string_view(words).starts_with("sweep");  // it sums up its runs
    EXPECT_NE(errors().find(is_sweep ? "0 failed, 1 " : "stopped by SIGUSR2 "), std::string::npos)
        << words << ": " << errors();
    EXPECT_EQ(errors().find("\033"), std::string::npos);
  }
  EXPECT_FALSE(fs::exists(folder_.path() / "made/x-train.idx"));
  EXPECT_FALSE(fs::exists(folder_.path() / "other.json"));
}

TEST_F(Stop, WaitingForStandardInputIsInterrupted) {
  const fs::path pipe = folder_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  Child child = program_.start("tokenizer encode --tokenizer bytes <>pipe");
  wait_until(child, [&] { return watches_signals(child.pid()); });
  child.signal(SIGINT);
  expect_stopped(child, "stopped by SIGINT before anything was written");
}

TEST_F(Stop, InTheFirstStepNothingIsSavedAndTheStepIsDropped) {
  Child child = start_and_wait_for_micro_batch("first", kLongSteps);
  child.signal(SIGTERM);
  expect_stopped(child,
                 "stopped by SIGTERM at step 0, step 1 dropped; nothing to save before the first "
                 "step");
  EXPECT_TRUE(checkpoints("first").empty());
  EXPECT_FALSE(fs::exists(run_folder("first") / "status.json"));
}

TEST_F(Stop, ThePartOfAStepIsDroppedAndTheRunGoesOnBitForBit) {
  const std::string words =
      " train.tokens=98304 train.batch_sequences=256 train.micro_batch_sequences=1 "
      "train.checkpoint_every_steps=0";
  train("whole", words);
  Child child = program_.start("train small.yaml name=cut" + words);
  wait_until(child, [&] { return metrics("cut").size() >= 2; });
  child.signal(SIGUSR1);
  const auto expected = [&] {
    const std::size_t step = metrics("cut").size();
    return "stopped by SIGUSR1 at step " + std::to_string(step) + ", step " +
           std::to_string(step + 1) + " dropped; its checkpoint is saved";
  };
  EXPECT_EQ(child.wait(), 75);
  EXPECT_NE(errors().find(expected()), std::string::npos) << errors();
  ASSERT_EQ(checkpoints("cut").size(), 1u);
  const std::string step = std::to_string(metrics("cut").size());
  EXPECT_TRUE(checkpoints("cut")[0].ends_with("0" + step));
  train("cut", words);
  EXPECT_EQ(losses("cut"), losses("whole"));
  EXPECT_EQ(losses("cut").size(), 12u);
  EXPECT_EQ(record("cut")["validation"], record("whole")["validation"]);
}

TEST_F(Stop, AnEvaluationIsLeftAndDueAgain) {
  write_long_text("long.txt");
  Child child = program_.start(
      "train small.yaml name=judged evaluation.every_steps=1 data.validation_fraction=null "
      "data.validation=long.txt evaluation.validation_bytes=4e6");
  wait_until(child, [&] { return status_text("judged").find("evaluating") != std::string::npos; });
  child.signal(SIGTERM);
  expect_stopped(child, "stopped by SIGTERM at step 1; its checkpoint is saved");
  const Json state = read_json(run_folder("judged") / "checkpoints/step-0000001/state.json");
  EXPECT_EQ(state["evaluation_due"], true);
}

/// Sends the signal to a sweep of two runs as soon as `condition` holds, then finishes it.
TEST_F(Stop, ASweepStoppedWhileARunTokenisesCountsItAsStoppedAndIsFinishedLater) {
  write_long_text("long/a.txt");
  write_file_atomically(folder_.path() / "sweep.yaml",
                        "base: small.yaml\nmodel: {design: null}\n"
                        "data: {train: [long/a.txt]}\n"
                        "sweep: {name: two, designs: [H8-MHA, H8-MQA-CLA2]}\n");
  Child child = program_.start("sweep sweep.yaml");
  const auto tokenises = [&] {
    std::error_code absent;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path() / "cache", absent)) {
      if (entry.path().string().find(".partial-") != std::string::npos) return true;
    }
    return false;
  };
  wait_until(child, tokenises);
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 75);
  EXPECT_NE(errors().find("0 complete, 0 complete before, 0 failed, 1 stopped, 1 not started"),
            std::string::npos)
      << errors();
  EXPECT_EQ(errors().find("failed:"), std::string::npos) << errors();
  const ProgramResult again = program_.run("sweep sweep.yaml");
  EXPECT_EQ(again.status, 0) << again.errors;
  EXPECT_NE(again.errors.find("2 complete, 0 complete before, 0 failed"), std::string::npos);
}

TEST_F(Stop, ASweepStoppedBetweenRunsEndsLaterWithTheSameTable) {
  write_file_atomically(folder_.path() / "sweep.yaml",
                        "base: small.yaml\nmodel: {design: null}\n"
                        "sweep: {name: cut, designs: [H8-MHA, H8-MQA, H8-MQA-CLA2]}\n");
  const ProgramResult whole = program_.run("sweep sweep.yaml sweep.name=whole");
  ASSERT_EQ(whole.status, 0) << whole.errors;
  Child child = program_.start("sweep sweep.yaml");
  wait_until(child, [&] { return fs::exists(run_folder("cut") / "H8-MHA/result.json"); });
  child.signal(SIGUSR1);
  EXPECT_EQ(child.wait(), 75);
  const ProgramResult again = program_.run("sweep sweep.yaml");
  EXPECT_EQ(again.status, 0) << again.errors;
  EXPECT_EQ(again.output, whole.output);
}

TEST_F(Stop, TwoRanksAgreeToDropTheStepWhoeverIsAsked) {
  for (const bool only_one : {false, true}) {
    const std::string name = only_one ? "one" : "all";
    Child child =
        start_and_wait_for_micro_batch(name, std::string(kLongSteps) + " train.local_ranks=2");
    const auto ranks = children_of(child.pid());
    ASSERT_EQ(ranks.size(), 2u);
    ::kill(only_one ? ranks[1] : child.pid(), SIGUSR2);
    EXPECT_EQ(child.wait(), 75) << errors();
    EXPECT_NE(errors().find("at step 0, step 1 dropped"), std::string::npos) << errors();
    for (const pid_t rank : ranks) EXPECT_TRUE(is_gone(rank));
  }
}

TEST_F(Stop, TwoRanksSaveTheLastWholeStepAndGoOnFromIt) {
  const std::string words =
      " train.tokens=98304 train.batch_sequences=256 train.micro_batch_sequences=1 "
      "train.checkpoint_every_steps=0 train.local_ranks=2";
  train("whole", words);
  Child child = program_.start("train small.yaml name=cut" + words);
  wait_until(child, [&] { return metrics("cut").size() >= 2; });
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 75) << errors();
  EXPECT_EQ(checkpoints("cut").size(), 1u);
  train("cut", words);
  EXPECT_EQ(losses("cut"), losses("whole"));
}

TEST_F(Stop, ASecondInterruptEndsSweepRunAndRanksAtOnce) {
  write_file_atomically(folder_.path() / "sweep.yaml",
                        "base: small.yaml\nsweep: {name: now}\n"
                        "train: {tokens: 1e9, local_ranks: 2}\n");
  Child sweep = program_.start("sweep sweep.yaml");
  std::vector<pid_t> run, ranks;
  wait_until(sweep, [&] {
    run = children_of(sweep.pid());
    ranks = run.empty() ? std::vector<pid_t>{} : children_of(run[0]);
    return ranks.size() == 2 && std::ranges::all_of(ranks, has_begun);
  });
  ASSERT_EQ(ranks.size(), 2u);
  for (const pid_t rank : ranks) ::kill(rank, SIGSTOP);  // so that the first one ends nothing
  while (!sweep.poll()) {
    sweep.signal(SIGINT);
    std::this_thread::yield();
  }
  EXPECT_EQ(sweep.wait(), 128 + SIGINT);
  for (const pid_t pid : {run[0], ranks[0], ranks[1]}) {
    while (!is_gone(pid)) std::this_thread::yield();  // the test's own time limit is the bound
  }
}

TEST_F(Stop, ASignalThatComesWhileTheProgramIsLoadedIsAnswered) {
  Child child = program_.start("train small.yaml name=early train.tokens=1e9");
  // All signals are blocked for moments by the C library; SIGHUP is none of those held back.
  const auto is_being_loaded = [&] {
    return process_status(child.pid(), "Name").starts_with("lamina") &&
           has_signal(child.pid(), "SigBlk", SIGTERM) && !has_signal(child.pid(), "SigBlk", SIGHUP);
  };
  wait_until(child, [&] { return is_being_loaded() || watches_signals(child.pid()); });
  child.signal(SIGTERM);
  expect_stopped(child, "stopped by SIGTERM ");
}

TEST_F(Stop, TheFirstLinesSayWhatIsTrainedAndHowLongItTakes) {
  const ProgramResult result = program_.run("train small.yaml name=told");
  EXPECT_EQ(result.status, 0);
  std::istringstream lines(result.errors);
  std::string first;
  std::getline(lines, first);
  for (const char* part :
       {"H8-MQA-CLA2: ", " parameters, float32 on ", " threads, 20 steps of 256 tokens"}) {
    EXPECT_NE(first.find(part), std::string::npos) << part << " in " << first;
  }
  EXPECT_NE(result.errors.find(" a step and "), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find(" for the run, by the first micro-batch"), std::string::npos);
}

TEST_F(Stop, WithoutATerminalNoLineIsRepeated) {
  write_file_atomically(folder_.path() / "sweep.yaml",
                        "base: small.yaml\nmodel: {design: null}\n"
                        "sweep: {name: quiet, designs: [H8-MHA, H8-MQA-CLA2], slots: 2}\n");
  const ProgramResult result = program_.run("sweep sweep.yaml");
  ASSERT_EQ(result.status, 0) << result.errors;
  std::set<std::string> seen;
  std::istringstream lines(result.errors);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(seen.insert(line.substr(0, 8).find(':') == 2 ? line.substr(9) : line).second)
        << line;
  }
  EXPECT_NE(result.errors.find("[1/2] H8-MHA: started"), std::string::npos) << result.errors;
}

/// A terminal of our own, of which the program writes its errors to the far end.
class Terminal {
 public:
  Terminal() : fd_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
    ::grantpt(fd_);
    ::unlockpt(fd_);
  }
  ~Terminal() { ::close(fd_); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  std::string name() const { return ::ptsname(fd_); }

  /// All that was written so far.
  const std::string& text() {
    char buffer[4096];
    for (ssize_t got; (got = ::read(fd_, buffer, sizeof buffer)) > 0;) {
      text_.append(buffer, static_cast<std::size_t>(got));
    }
    return text_;
  }

 private:
  int fd_;
  std::string text_;
};

TEST_F(Stop, ATerminalShowsTheMicroBatchAndTheTimeLeft) {
  Terminal terminal;
  Child child = program_.start(std::string("train small.yaml name=shown ") + kLongSteps + " 2>" +
                               terminal.name() + " #");
  wait_until(child, [&] { return terminal.text().find("(micro-batch ") != std::string::npos; });
  EXPECT_NE(terminal.text().find("step 1/32 (micro-batch "), std::string::npos) << terminal.text();
  EXPECT_NE(terminal.text().find(" left"), std::string::npos) << terminal.text();
  child.signal(SIGINT);
  while (!child.poll()) terminal.text();
  EXPECT_EQ(child.wait(), 75);
  EXPECT_NE(terminal.text().find("stopping; press Ctrl-C again to end at once"), std::string::npos)
      << terminal.text();
}

TEST_F(Stop, ASweepShowsWhatARunDoesInItsFirstStep) {
  write_file_atomically(
      folder_.path() / "sweep.yaml",
      "base: small.yaml\nsweep: {name: seen}\n"
      "train: {tokens: 1e8, batch_sequences: 100000, micro_batch_sequences: 1}\n");
  Terminal terminal;
  Child child = program_.start("sweep sweep.yaml 2>" + terminal.name() + " #");
  wait_until(child, [&] { return terminal.text().find("(micro-batch ") != std::string::npos; });
  EXPECT_NE(terminal.text().find("step 1/32 (micro-batch "), std::string::npos) << terminal.text();
  child.signal(SIGTERM);
  while (!child.poll()) terminal.text();
  EXPECT_EQ(child.wait(), 75);
}

}  // namespace
}  // namespace lamina
