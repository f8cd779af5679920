#include <csignal>
#include <cstdlib>
#include <thread>

#include "apps/small_run.h"

namespace lamina {
namespace {

class Commands : public SmallRun {
 protected:
  /// One line, exit status 2, with that text in it.
  void expect_usage_error(const std::string& words, const std::string& text) const {
    const ProgramResult result = program_.run(words);
    EXPECT_EQ(result.status, 2) << words;
    EXPECT_NE(result.errors.find(text), std::string::npos) << words << ": " << result.errors;
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
  }
};

TEST_F(Commands, InspectReportsADesignOfThePaper) {
  const ProgramResult result = program_.run(
      "inspect " LAMINA_SOURCE_DIR "/configs/base/cla_1b.yaml model.design=H128-MQA-CLA3 --json");
  ASSERT_EQ(result.status, 0) << result.errors;
  const Json json = Json::parse(result.output);
  EXPECT_EQ(json["design"], "H128-MQA-CLA3");
  EXPECT_EQ(json["kv_bytes_per_token"], 3584);
  EXPECT_EQ(json["num_kv_layers"], 7);
  EXPECT_GT(json["parameters"], 1'000'000'000);
  EXPECT_TRUE(json.contains("flops_per_token"));
}

TEST_F(Commands, InspectCountsTheParametersThatPublishedModelsHave) {
  for (const auto& [name, parameters] :
       {std::pair{"pythia_160m", 162'322'944}, {"tinyllama_1.1b", 1'100'048'384}}) {
    const std::string config = LAMINA_SOURCE_DIR "/configs/base/" + std::string(name) + ".yaml";
    const ProgramResult result = program_.run("inspect " + config + " --json");
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_EQ(Json::parse(result.output)["parameters"], parameters) << name;
  }
}

TEST_F(Commands, EveryConfigurationOfTheProjectIsSound) {
  for (const char* name : {"cla_1b", "cla_3b", "pythia_160m", "tinyllama_1.1b", "tiny"}) {
    const std::string config = LAMINA_SOURCE_DIR "/configs/base/" + std::string(name) + ".yaml";
    const bool named =
        std::string_view(name).starts_with("cla") || std::string_view(name) == "tiny";
    const ProgramResult result =
        program_.run("inspect " + config + (named ? " model.design=H32-MQA-CLA2" : ""));
    EXPECT_EQ(result.status, 0) << name << ": " << result.errors;
  }
  const ProgramResult plan =
      program_.run("sweep " LAMINA_SOURCE_DIR "/configs/sweeps/cla_1b_design_space.yaml --dry-run");
  EXPECT_EQ(std::count(plan.output.begin(), plan.output.end(), '\n'), 20) << plan.errors;
}

TEST_F(Commands, EveryCommandHasHelp) {
  for (const char* command :
       {"", "inspect", "prepare", "train", "eval", "sweep", "table", "plot", "generate", "bench",
        "bench train", "bench tokenizer", "tokenizer", "tokenizer train"}) {
    const ProgramResult result = program_.run(std::string(command) + " --help");
    EXPECT_EQ(result.status, 0) << command;
    EXPECT_NE(result.output.find("Usage:"), std::string::npos) << command;
  }
}

TEST_F(Commands, TokenizerTrainsEncodesAndDecodes) {
  write_file_atomically(folder_.path() / "words.txt", "the cat and the hat and the mat\n");
  const ProgramResult trained =
      program_.run("tokenizer train --vocab-size 262 --output tokenizer.json --json words.txt");
  ASSERT_EQ(trained.status, 0) << trained.errors;
  EXPECT_EQ(Json::parse(trained.output)["vocab_size"], 262);
  const ProgramResult ids = program_.run("tokenizer encode --tokenizer tokenizer.json words.txt");
  ASSERT_EQ(ids.status, 0) << ids.errors;
  write_file_atomically(folder_.path() / "ids.txt", ids.output);
  const ProgramResult text = program_.run("tokenizer decode --tokenizer tokenizer.json ids.txt");
  EXPECT_EQ(text.output, "the cat and the hat and the mat\n") << text.errors;
  const ProgramResult bench = program_.run(
      "bench tokenizer --tokenizer tokenizer.json --text words.txt --seconds 0.01 --json");
  ASSERT_EQ(bench.status, 0) << bench.errors;
  EXPECT_GT(Json::parse(bench.output)["megabytes_per_second"], 0);
  write_file_atomically(folder_.path() / "bad_ids.txt", "101 99999999999");
  expect_usage_error("tokenizer decode --tokenizer bytes bad_ids.txt",
                     "got \"99999999999\" after 1 ids; expected a token id");
  write_file_atomically(folder_.path() / "rows/a.jsonl", "{\"text\": \"the cat and the hat\"}\n");
  write_file_atomically(folder_.path() / "rows/b.txt", " and the mat\n");
  ASSERT_EQ(program_.run("tokenizer train --vocab-size 262 --output of_rows.json rows").status, 0);
  EXPECT_EQ(read_file(folder_.path() / "of_rows.json"),
            read_file(folder_.path() / "tokenizer.json"));
  const std::string to_full_disk = LAMINA_PROGRAM " tokenizer encode --tokenizer bytes " +
                                   (folder_.path() / "words.txt").string() +
                                   " >/dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(to_full_disk.c_str())), 1);
  expect_usage_error("tokenizer train --vocab-size 9 --output t.json words.txt",
                     "vocab_size: got 9; expected at least 257: the 256 bytes and <|endoftext|>");
}

TEST_F(Commands, BadUsageIsOneLineAndExitStatusTwo) {
  expect_usage_error("", "A subcommand is required");
  expect_usage_error("fly small.yaml", "unknown command fly; see lamina --help");
  expect_usage_error("train missing.yaml", "missing.yaml");
  expect_usage_error("train small.yaml model.hiden_size=8", "hiden_size");
  expect_usage_error("train small.yaml optimizer.learning_rate=fast",
                     "optimizer.learning_rate: got");
  expect_usage_error(
      "inspect small.yaml model.design=H7-MQA",
      "small.yaml:2:8: model.num_attention_heads: must be set, as head_dim 7 does not divide");
  expect_usage_error("train small.yaml train.tokens=0",
                     "train.tokens: is not set; expected at least 1");
  expect_usage_error("train small.yaml train.device=cuda train.tokens=1", "train.device");
  expect_usage_error("sweep small.yaml", "sweep");
}

TEST_F(Commands, MissingTextIsNamed) {
  const ProgramResult result = program_.run("train small.yaml data.train=nowhere");
  EXPECT_NE(result.status, 0);
  EXPECT_NE(result.errors.find("nowhere"), std::string::npos) << result.errors;
}

TEST_F(Commands, TrainingLeavesItsConfigurationMetricsCheckpointAndRecord) {
  train("left", "train.log_every_steps=5 evaluation.every_steps=10 evaluation.byte_bigram=true");
  for (const char* file :
       {"config.yaml", "metrics.jsonl", "log.txt", "result.json",
        "checkpoints/step-0000020/model.safetensors", "checkpoints/step-0000020/config.json"}) {
    EXPECT_TRUE(std::filesystem::exists(run_folder("left") / file)) << file;
  }
  ASSERT_EQ(metrics("left").size(), 5u);  // four of steps, one of the validation at step 10
  EXPECT_TRUE(metrics("left")[2].contains("validation_perplexity"));
  const Json result = record("left");
  EXPECT_EQ(result["design"], "H8-MQA-CLA2");
  EXPECT_EQ(result["kv_bytes_per_token"], 2 * 8 * 2 * 2);  // K and V, width 8, 2 KV layers, 2 bytes
  EXPECT_EQ(result["tokens"], 5120);
  EXPECT_GT(result["baselines"]["byte_bigram"]["perplexity"], 1);
  EXPECT_TRUE(result["tasks"]["cloze"].contains("acc_stderr"));

  const ProgramResult again = program_.run("train runs/left/config.yaml name=again");
  EXPECT_EQ(again.status, 0) << again.errors;
  EXPECT_EQ(record("again")["validation"], result["validation"]);
}

TEST_F(Commands, EvalGivesTheNumbersOfTheRecord) {
  train("scored");
  const ProgramResult result = program_.run("eval small.yaml name=scored --json");
  ASSERT_EQ(result.status, 0) << result.errors;
  const Json scores = Json::parse(result.output);
  EXPECT_EQ(scores["validation"], record("scored")["validation"]);
  EXPECT_EQ(scores["cloze"], record("scored")["tasks"]["cloze"]);
}

TEST_F(Commands, EvalRefusesACheckpointOfAnotherModel) {
  train("one", "train.tokens=256");
  train("other", "train.tokens=256 model.rope_theta=500");
  const std::string checkpoint = (run_folder("other") / "checkpoints/step-0000001").string();
  const ProgramResult result = program_.run("eval small.yaml name=one --checkpoint " + checkpoint);
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(
      result.errors.find("config.json: rope_theta is 500, but the configuration's model has 10000"),
      std::string::npos)
      << result.errors;
}

TEST_F(Commands, ASweepPrintsATableDrawsAFigureAndSkipsWhatIsDone) {
  write_file_atomically(folder_.path() / "sweep.yaml",
                        "base: small.yaml\nmodel: {design: null}\n"
                        "sweep: {name: pair, designs: [H8-MHA, H8-MQA-CLA2], slots: 2}\n");
  const ProgramResult first = program_.run("sweep sweep.yaml");
  ASSERT_EQ(first.status, 0) << first.errors;
  EXPECT_NE(first.output.find("H8-MHA"), std::string::npos);
  EXPECT_NE(first.output.find("H8-MQA-CLA2"), std::string::npos);
  for (const char* file :
       {"table.md", "table.csv", "table.html", "table.tex", "pareto.png", "pareto.svg"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "runs/pair" / file)) << file;
  }
  const ProgramResult second = program_.run("sweep sweep.yaml");
  EXPECT_EQ(second.output, first.output);
  EXPECT_NE(second.errors.find("0 complete, 2 complete before"), std::string::npos)
      << second.errors;
  const ProgramResult table = program_.run("table runs/pair --json");
  EXPECT_EQ(Json::parse(table.output)["rows"].size(), 2u);
}

TEST_F(Commands, PrepareReportsExactBytes) {
  const ProgramResult result = program_.run("prepare small.yaml --json");
  ASSERT_EQ(result.status, 0) << result.errors;
  const Json json = Json::parse(result.output);
  std::int64_t bytes = 0;
  for (int file = 0; file < 4; ++file) bytes += std::ssize(sentences(file));
  EXPECT_EQ(json["train"][0]["bytes"].get<std::int64_t>() +
                json["validation"][0]["bytes"].get<std::int64_t>(),
            bytes);
}

TEST_F(Commands, BenchReportsSpeedAndMemory) {
  const ProgramResult result = program_.run("bench train small.yaml --steps 2 --warmup 1 --json");
  ASSERT_EQ(result.status, 0) << result.errors;
  const Json json = Json::parse(result.output);
  for (const char* key :
       {"tokens_per_second", "ms_per_step", "tflops", "peak_tflops", "mfu", "peak_memory_bytes"}) {
    EXPECT_GT(json[key], 0) << key;
  }
}

TEST_F(Commands, PrepareWritesAPairThatTrainingTakes) {
  std::string lines;
  for (int i = 0; i < 300; ++i)
    lines += Json{{"text", sentences(i).substr(0, 60)}}.dump() + "\nnot JSON\n";
  write_file_atomically(folder_.path() / "rows/a.jsonl", lines);
  const ProgramResult failed = program_.run("prepare small.yaml data.train=rows --output made/x");
  EXPECT_EQ(failed.status, 1);
  EXPECT_NE(failed.errors.find("rows/a.jsonl:2: not JSON: "), std::string::npos) << failed.errors;
  const ProgramResult result = program_.run(
      "prepare small.yaml data.train=rows data.on_bad_document=skip --output made/x --json");
  ASSERT_EQ(result.status, 0) << result.errors;
  const Json json = Json::parse(result.output);
  EXPECT_EQ(
      json["train"][0]["documents"].get<int>() + json["validation"][0]["documents"].get<int>(),
      300);
  EXPECT_EQ(json["train"][0]["skipped_documents"].get<int>() +
                json["validation"][0]["skipped_documents"].get<int>(),
            300);
  train("mixed",
        "data.train=[{path:\\ made/x-train,\\ weight:\\ 3},{path:\\ text,\\ weight:\\ 1}] "
        "data.validation=made/x-validation data.validation_fraction=null");
}

TEST_F(Commands, PrepareThatIsKilledLeavesNothingUnderAFinalNameAndStartsAgain) {
  const std::filesystem::path out = folder_.path() / "made";
  const std::string words = "prepare small.yaml data.train=rows --output made/x";
  std::string lines;
  for (int i = 0; i < 400'000; ++i) {
    lines += "{\"text\": \"" + std::string(static_cast<std::size_t>(200 + i % 100), 'a') + "\"}\n";
  }
  write_file_atomically(folder_.path() / "rows/a.jsonl", lines);
  for (const int signal : {SIGKILL, SIGTERM}) {
    Child child = program_.start(words);
    const auto has_begun = [&] {
      std::error_code missing;
      for (const auto& entry : std::filesystem::directory_iterator(out, missing)) {
        if (entry.path().string().find(".partial-") != std::string::npos) return true;
      }
      return false;
    };
    while (!has_begun() && !child.poll()) std::this_thread::yield();
    child.signal(signal);
    EXPECT_NE(child.wait(), 0);
    EXPECT_FALSE(std::filesystem::exists(out / "x-train.idx"));
    EXPECT_FALSE(std::filesystem::exists(out / "x-train.bin"));
  }
  const ProgramResult again = program_.run(words);
  EXPECT_EQ(again.status, 0) << again.errors;
  for (const auto& entry : std::filesystem::directory_iterator(out)) {
    EXPECT_EQ(entry.path().string().find(".partial-"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace lamina
