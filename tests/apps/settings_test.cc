#include "apps/small_run.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

/// What the user is told of settings that no run can have.
class Settings : public SmallRun {
 protected:
  void write_config(const std::string& file, const std::string& text) const {
    write_file_atomically(folder_.path() / file, "base: small.yaml\n" + text);
  }

  /// The one line of a command that must fail, without time and level.
  std::string usage_error(const std::string& words) const {
    const ProgramResult result = program_.run(words);
    EXPECT_EQ(result.status, 2) << words << ": " << result.errors;
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
    return result.errors.substr(std::min(result.errors.size(), std::size_t{11}));
  }
};

TEST_F(Settings, BetasOfAnotherNumberThanTwoAreRefused) {
  EXPECT_EQ(usage_error("train small.yaml optimizer.betas=[0.9]"),
            "command line: optimizer.betas: got 1 number; expected 2\n");
  EXPECT_EQ(usage_error("train small.yaml optimizer.betas=[]"),
            "command line: optimizer.betas: got 0 numbers; expected 2\n");
  write_config("three.yaml", "optimizer: {betas: [0.9, 0.95, 0.99]}\n");
  EXPECT_EQ(usage_error("inspect three.yaml"),
            "three.yaml:2:20: optimizer.betas: got 3 numbers; expected 2\n");
}

TEST_F(Settings, AnOverrideIsNamedByItsKeyOnce) {
  EXPECT_EQ(usage_error("train small.yaml evaluation.cache="),
            "command line: evaluation.cache: got nothing; expected a path\n");
  EXPECT_EQ(usage_error("inspect small.yaml train.batch_sequences=many"),
            "command line: train.batch_sequences: got \"many\"; expected an integer >= 1 and "
            "<= 16777216 (sequences)\n");
  EXPECT_EQ(usage_error("inspect small.yaml train={batch_sequences:\\ 0}"),
            "command line: train.batch_sequences: got \"0\"; expected an integer >= 1 and "
            "<= 16777216 (sequences)\n");
}

constexpr const char* kFileNameRule =
    "; expected a file name of 1 to 200 letters, digits, - _ and ., the first not a dot\n";

TEST_F(Settings, ARunNameIsOneFileName) {
  for (const char* name : {"..", ".", "../evil", "/tmp/evil", "a b", "", ".hidden", "a\\\\nb"}) {
    write_config("named.yaml", "name: \"" + std::string(name) + "\"\n");
    const std::string error = usage_error("train named.yaml");
    EXPECT_TRUE(error.starts_with("named.yaml:2:7: name: got \"") && error.ends_with(kFileNameRule))
        << error;
  }
  EXPECT_EQ(usage_error("train small.yaml name=../x"),
            std::string("command line: name: got \"../x\"") + kFileNameRule);
  write_config("long.yaml", "name: " + std::string(201, 'a') + "\n");
  EXPECT_TRUE(usage_error("train long.yaml").starts_with("long.yaml:2:7: name: got "));
  EXPECT_FALSE(fs::exists(folder_.path() / "runs"));
  EXPECT_FALSE(fs::exists(folder_.path() / "x"));
}

TEST_F(Settings, ARunThatIsNamedByItsFileFollowsTheSameRule) {
  write_config("my run.yaml", "");
  EXPECT_EQ(usage_error("train my\\ run.yaml"),
            std::string("my run.yaml: sets no name, so its own is taken: name: got \"my run\"") +
                kFileNameRule);
  EXPECT_EQ(program_.run("inspect my\\ run.yaml name=mine").status, 0);
}

TEST_F(Settings, RunsNeedAFolderToGoTo) {
  write_config("nowhere.yaml", "output: \"\"\n");
  EXPECT_EQ(usage_error("train nowhere.yaml"),
            "nowhere.yaml:2:9: output: is empty; expected a folder\n");
}

TEST_F(Settings, AnOddHeadWidthIsNamedWhereItWasWritten) {
  EXPECT_EQ(usage_error("inspect small.yaml model.design=H7-MQA model.hidden_size=28"),
            "command line: model.design: H7-MQA has head_dim 7; expected an even head_dim, as the "
            "rotary embedding rotates pairs of dimensions\n");
  write_config("odd.yaml", "model: {design: ~, head_dim: 7, hidden_size: 28}\n");
  EXPECT_EQ(
      usage_error("inspect odd.yaml"),
      "odd.yaml:2:30: model.head_dim: got 7; expected an even head_dim, as the rotary embedding "
      "rotates pairs of dimensions\n");
}

TEST_F(Settings, InspectChecksAllThatTrainWouldWhereDataAreNamed) {
  const auto both = [&](const std::string& words) {
    const ProgramResult trained = program_.run("train small.yaml " + words);
    const ProgramResult inspected = program_.run("inspect small.yaml " + words);
    EXPECT_EQ(trained.status, inspected.status) << words;
    EXPECT_EQ(trained.errors.substr(11), inspected.errors.substr(11)) << words;
    return inspected.errors.substr(std::min(inspected.errors.size(), std::size_t{11}));
  };
  EXPECT_EQ(both("train.tokens=0"),
            "command line: train.tokens: is not set; expected at least 1\n");
  EXPECT_EQ(both("data.train=[nowhere]"),
            "command line: data.train: " + (folder_.path() / "nowhere").string() +
                ": no such file or folder, and no token file (" +
                (folder_.path() / "nowhere.idx").string() + ")\n");
  EXPECT_EQ(both("data.validation=[text] data.validation_fraction=null")
                .find("command line: data.validation: "),
            0u);
  EXPECT_NE(both("data.tokenizer=absent.json model.vocab_size=300").find("absent.json"),
            std::string::npos);
  EXPECT_EQ(both("model.vocab_size=100"),
            "command line: model.vocab_size: got 100; the tokenizer bytes has 257 tokens\n");
  EXPECT_EQ(both("train.local_ranks=9"),
            "small.yaml:4:40: train.batch_sequences: got 8; expected at least 9, one for each "
            "rank\n");
  EXPECT_NE(both("evaluation.tasks=[hellaswagg]").find("hellaswagg"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_.path() / "runs"));
  EXPECT_EQ(program_.run("inspect small.yaml").status, 0);
  EXPECT_EQ(program_.run("inspect small.yaml data.train=[] train.tokens=0").status, 0);
}

/// The record is taken away, so that the run is not complete.
TEST_F(Settings, AResumedRunSaysWhichSettingIsAnother) {
  train("one", "train.tokens=512");
  const std::string words = "train small.yaml name=one train.tokens=512 ";
  const auto refusal = [&](const std::string& setting) {
    const ProgramResult result = program_.run(words + setting);
    EXPECT_EQ(result.status, 1) << setting;
    return result.errors;
  };
  EXPECT_NE(refusal("optimizer.learning_rate=0.002")
                .find("runs/one: holds a complete run of another configuration: "
                      "optimizer.learning_rate was 0.003, now is 0.002; "),
            std::string::npos);
  fs::remove(run_folder("one") / "result.json");
  EXPECT_NE(refusal("optimizer.learning_rate=0.002")
                .find("belongs to another run: optimizer.learning_rate was 0.003, now is 0.002; "),
            std::string::npos);
  EXPECT_NE(refusal("optimizer.betas=[0.9,0.99]")
                .find(": optimizer.betas was [0.9, 0.95], now is [0.9, 0.99]; "),
            std::string::npos);
  EXPECT_NE(refusal("model.rope_theta=500").find(": model.rope_theta was 10000, now is 500; "),
            std::string::npos);
  EXPECT_NE(refusal("train.seed=7").find(": train.seed was 0, now is 7; "), std::string::npos);
}

TEST_F(Settings, TheCodeVersionIsInTheRecordAndInEachCheckpoint) {
  train("one", "train.tokens=256");
  const std::string version = record("one")["code_version"];
  const ProgramResult shown = program_.run("--version");
  EXPECT_TRUE(shown.output == version + "\n" || shown.output.ends_with(" (" + version + ")\n"))
      << shown.output;
  EXPECT_EQ(read_json(run_folder("one") / "checkpoints/step-0000001/state.json")["code_version"],
            version);
  if (fs::exists(LAMINA_SOURCE_DIR "/.git")) {
    EXPECT_EQ(version.find('.'), std::string::npos) << version << " is no commit";
  }
}

}  // namespace
}  // namespace lamina
