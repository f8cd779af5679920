#include "lamina/sweep/run_state.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "sweep/sample_record.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

class RunStateTest : public ::testing::Test {
 protected:
  PlannedRun run(const std::string& config,
                 std::vector<std::pair<std::string, Json>> settings = {}) const {
    return {"r", folder_.path() / "r", parse_yaml(config, "s.yaml"), std::move(settings)};
  }

  std::string error_of(const PlannedRun& planned) const {
    try {
      run_state(planned);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  void write(const char* file, const std::string& text) const {
    write_file_atomically(folder_.path() / "r" / file, text);
  }

  std::string refusal(const std::string& difference) const {
    return (folder_.path() / "r").string() +
           ": contains a run with another configuration: " + difference +
           "; choose another name for the sweep, or discard the old runs with --fresh";
  }

  TemporaryFolder folder_;
};

TEST_F(RunStateTest, GoesFromNewToPartialToComplete) {
  const PlannedRun planned = run("a: 1\n");
  EXPECT_EQ(run_state(planned), RunState::kNew);
  write_run_config(planned);
  EXPECT_EQ(run_state(planned), RunState::kPartial);
  write("result.json", "{}");
  EXPECT_EQ(run_state(planned), RunState::kComplete);
}

TEST_F(RunStateTest, IgnoresOrderOfKeysFormatOfNumbersAndOutput) {
  write_run_config(run("a: 1e-3\nb: {c: x, d: [1, 2]}\nname: r\noutput: here\n"));
  EXPECT_EQ(run_state(run("output: there\nb: {d: [1, 2], c: \"x\"}\na: 0.001\nname: r\n")),
            RunState::kPartial);
}

TEST_F(RunStateTest, RejectsAnotherConfigurationAndNamesKey) {
  write_run_config(run("optimizer: {rate: 1e-3, betas: [1, 2]}\n"));
  EXPECT_EQ(error_of(run("optimizer: {rate: 2e-3, betas: [1, 2]}\n")),
            refusal("optimizer.rate was 0.001, now is 0.002"));
  EXPECT_EQ(error_of(run("optimizer: {betas: [1, 2]}\n")),
            refusal("optimizer.rate was 0.001, now is unset"));
  EXPECT_EQ(error_of(run("optimizer: {rate: 1e-3, betas: [2, 1]}\n")),
            refusal("optimizer.betas was [1, 2], now is [2, 1]"));
  EXPECT_EQ(error_of(run("optimizer: {rate: 1e-3, betas: [1, 2, 3]}\n")),
            refusal("optimizer.betas was [1, 2], now is [1, 2, 3]"));
  EXPECT_EQ(error_of(run("optimizer: {rate: \"1e-3\", betas: [1, 2]}\n")),
            refusal("optimizer.rate was 0.001, now is \"1e-3\""));
}

TEST_F(RunStateTest, RejectsRunThatWasNotStartedBySweep) {
  write("config.yaml", "a: 1\n");
  EXPECT_EQ(error_of(run("a: 1\n")),
            (folder_.path() / "r").string() +
                ": contains a run that was not started by a sweep; choose another name for the "
                "sweep, or discard the run with --fresh");
}

TEST_F(RunStateTest, CompleteRecordHasGridValues) {
  const PlannedRun planned = run("a: 1\n", {{"optimizer.rate", 0.001}});
  write("result.json", sample_record_text());
  EXPECT_EQ(complete_record(planned).settings, planned.settings);
  EXPECT_EQ(read_record(planned.folder / "result.json").settings, planned.settings);
}

TEST_F(RunStateTest, MissingOrInvalidRecordIsAnError) {
  const auto message = [&] { return error_text([&] { complete_record(run("a: 1\n")); }); };
  const std::string file = (folder_.path() / "r/result.json").string();
  EXPECT_EQ(message(), file + ": is missing");
  write("result.json", "[1]");
  EXPECT_EQ(message(), file + ": must be a JSON object");
}

}  // namespace
}  // namespace lamina
