#include <csignal>
#include <thread>

#include "apps/small_run.h"

namespace lamina {
namespace {

/// A small run and a task in its data folder.
class Scoring : public SmallRun {
 protected:
  static constexpr const char* kPiqa =
      "evaluation.tasks=[piqa_2shot] evaluation.data_dir=sets data.sequence_length=256 "
      "train.tokens=40960 ";

  Scoring() {
    write_rows("validation", 24);
    write_rows("train", 9);
  }

  void write_rows(const std::string& split, int count) const {
    std::string rows;
    for (int i = 0; i < count; ++i) {
      const auto words = [&](int which) {
        return sentences(3 * i + which).substr(0, 20 + static_cast<std::size_t>(i % 60));
      };
      rows += Json{{"goal", words(0)}, {"sol1", words(1)}, {"sol2", words(2)}, {"label", i % 2}}
                  .dump() +
              "\n";
    }
    write_file_atomically(folder_.path() / "sets/piqa" / (split + ".jsonl"), rows);
  }

  /// Files of the run's last checkpoint in the folder `published`.
  void publish(const std::vector<std::string>& files) const {
    std::filesystem::create_directory(folder_.path() / "published");
    for (const std::string& file : files) {
      std::filesystem::copy(run_folder("run") / "checkpoints/step-0000020" / file,
                            folder_.path() / "published" / file);
    }
  }

  Json eval(const std::string& words) const {
    const ProgramResult result = program_.run("eval " + words + " --json");
    EXPECT_EQ(result.status, 0) << result.errors;
    return Json::parse(result.output);
  }

  /// What a run's metrics have of the evaluation of a step.
  Json scores_at(const std::string& name, int step) const {
    for (const Json& line : metrics(name)) {
      if (line.contains("tasks") && line["step"] == step) return line;
    }
    return {};
  }
};

TEST_F(Scoring, DuringTrainingGivesTheNumbersThatEvalGivesAfterwards) {
  train("run", kPiqa + std::string("evaluation.every_steps=10 train.checkpoint_every_steps=10"));
  const std::string checkpoints = (run_folder("run") / "checkpoints/step-00000").string();
  const Json halfway = eval(checkpoints + "10"), during = scores_at("run", 10);
  EXPECT_EQ(halfway["piqa_2shot"], during["tasks"]["piqa_2shot"]);
  EXPECT_TRUE(halfway["piqa_2shot"]["acc_norm_stderr"].is_number()) << halfway;
  EXPECT_EQ(halfway["validation"]["loss"], during["validation_loss"]);
  const Json last = eval(checkpoints + "20");
  EXPECT_EQ(last["piqa_2shot"], record("run")["tasks"]["piqa_2shot"]);
  EXPECT_EQ(last["validation"], record("run")["validation"]);
  EXPECT_NE(last["validation"]["loss"], during["validation_loss"]);
}

// The evaluation behind step 10 takes a second or more.
TEST_F(Scoring, AStopDuringAnEvaluationSavesAndTheEvaluationIsMadeLater) {
  write_rows("validation", 800);
  const std::string words = kPiqa + std::string("evaluation.every_steps=10");
  train("whole", words);
  Child child = program_.start("train small.yaml name=stopped " + words);
  const auto lines = run_folder("stopped") / "metrics.jsonl";
  while (!child.poll() && (!std::filesystem::exists(lines) || metrics("stopped").size() < 10)) {
    std::this_thread::yield();
  }
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 75);
  EXPECT_TRUE(scores_at("stopped", 10).is_null()) << "the evaluation was over";
  const Json state = read_json(run_folder("stopped") / "checkpoints/step-0000010/state.json");
  EXPECT_EQ(state["evaluation_due"], true);
  train("stopped", words);
  EXPECT_EQ(scores_at("stopped", 10), scores_at("whole", 10));
  EXPECT_EQ(record("stopped")["tasks"], record("whole")["tasks"]);
}

TEST_F(Scoring, DamagedWeightsAreRefusedOrWarnedOf) {
  train("run", kPiqa);
  publish({"config.json", "model.safetensors"});
  const std::filesystem::path own = run_folder("run") / "checkpoints/step-0000020";
  for (const std::filesystem::path& folder : {own, folder_.path() / "published"}) {
    std::string bytes = read_file(folder / "model.safetensors");
    bytes.replace(bytes.size() - 256, 256, 256, '\xFF');  // not numbers
    write_file_atomically(folder / "model.safetensors", bytes);
  }
  for (const std::string command : {"eval ", "generate --prompt the "}) {
    const ProgramResult refused = program_.run(command + run_folder("run").string());
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.errors.find("model.safetensors: is damaged"), std::string::npos)
        << refused.errors;
  }
  const ProgramResult alone =
      program_.run("eval published data.tokenizer=bytes " + std::string(kPiqa));
  EXPECT_NE(alone.errors.find("piqa: 48 of 48 answers are not finite numbers"), std::string::npos)
      << alone.errors;
  EXPECT_NE(alone.output.find("acc not finite"), std::string::npos) << alone.output;
  const Json scores = eval("published data.tokenizer=bytes " + std::string(kPiqa));
  EXPECT_EQ(scores["piqa_2shot"].dump(),
            R"({"acc":null,"acc_stderr":null,"acc_norm":null,"acc_norm_stderr":null,)"
            R"("nonfinite_answers":48})");
}

TEST_F(Scoring, ARunIsScoredWithTheTokenizerThatItsCheckpointKeeps) {
  write_file_atomically(folder_.path() / "words.txt", sentences(1));
  ASSERT_EQ(program_.run("tokenizer train --vocab-size 300 --output own.json words.txt").status, 0);
  train("run", kPiqa + std::string("data.tokenizer=own.json"));
  std::filesystem::remove(folder_.path() / "own.json");
  EXPECT_EQ(eval(run_folder("run").string())["piqa_2shot"], record("run")["tasks"]["piqa_2shot"]);
}

TEST_F(Scoring, RanksShareTheWorkAndGiveTheSameTotals) {
  train("run", kPiqa);
  const std::string words = (run_folder("run")).string() + " evaluation.batch_tokens=500 ";
  const Json alone = eval(words + "evaluation.cache=cache/alone");
  EXPECT_EQ(eval(words + "evaluation.cache=cache/three train.local_ranks=3"), alone);
}

TEST_F(Scoring, AnswersOfACheckpointAreKeptAndOthersAreNot) {
  train("run", kPiqa);
  const std::string words = "eval " + run_folder("run").string();
  const ProgramResult first = program_.run(words), again = program_.run(words);
  EXPECT_EQ(first.errors.find("scored before"), std::string::npos) << first.errors;
  EXPECT_NE(again.errors.find("piqa: scored before"), std::string::npos) << again.errors;
  EXPECT_EQ(again.output, first.output);
  const ProgramResult fewer = program_.run(words + " evaluation.limit=5");
  EXPECT_EQ(fewer.errors.find("scored before"), std::string::npos) << fewer.errors;
}

// Rounded to bfloat16, answers depend on how the requests are batched as well.
TEST_F(Scoring, AnswersInAnotherPrecisionAreMadeAnew) {
  train("run", kPiqa);
  const auto is_from_cache = [&](const std::string& words) {
    const ProgramResult result = program_.run("eval " + run_folder("run").string() + " " + words);
    EXPECT_EQ(result.status, 0) << result.errors;
    return result.errors.find("piqa: scored before") != std::string::npos;
  };
  EXPECT_FALSE(is_from_cache("train.precision=float32"));
  EXPECT_TRUE(is_from_cache("train.precision=float32 evaluation.batch_tokens=500"));
  EXPECT_FALSE(is_from_cache("train.precision=bf16"));
  EXPECT_TRUE(is_from_cache("train.precision=bf16"));
  EXPECT_FALSE(is_from_cache("train.precision=bf16 evaluation.batch_tokens=500"));
}

TEST_F(Scoring, SaysWhichFilesItReads) {
  train("run", kPiqa);
  const std::string errors = program_.run("eval " + run_folder("run").string()).errors;
  const std::string sets = (folder_.path() / "sets/piqa").string();
  for (const std::string& text :
       {std::string("step-0000020/model.safetensors\n"), std::string("tokenizer: bytes\n"),
        "piqa_2shot: 24 documents of " + sets + "/validation.jsonl, shots from " + sets +
            "/train.jsonl\n",
        std::string("validation: 2,000 bytes of ")}) {
    EXPECT_NE(errors.find(text), std::string::npos) << text << ": " << errors;
  }
}

TEST_F(Scoring, ACheckpointByItselfIsScoredWithTheTokenizerBesideIt) {
  train("run", kPiqa + std::string("data.tokenizer=bpe-300"));
  EXPECT_TRUE(record("run")["tokenizer"].get<std::string>().starts_with("bpe-300 ("));
  publish({"config.json", "model.safetensors", "tokenizer.json"});
  const Json scores = eval("published " + std::string(kPiqa));
  EXPECT_EQ(scores["piqa_2shot"], record("run")["tasks"]["piqa_2shot"]);
  EXPECT_FALSE(scores.contains("validation"));
}

TEST_F(Scoring, ATokenizerThatTheModelWasNotTrainedWithIsRefused) {
  train("run", kPiqa + std::string("data.tokenizer=bpe-300"));
  write_file_atomically(folder_.path() / "text/more.txt", sentences(50) + "zzz zzz zzz zzz");
  const std::string words = "eval " + run_folder("run").string();
  const ProgramResult result = program_.run(words + " data.tokenizer=bpe-300");
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.errors.find("data.tokenizer: is now bpe-300 ("), std::string::npos)
      << result.errors;
}

TEST_F(Scoring, AskedForNothingSaysSo) {
  train("run", kPiqa);
  publish({"config.json", "model.safetensors"});
  const ProgramResult result = program_.run("eval published data.tokenizer=bytes");
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(
      result.errors.find("evaluation.tasks: names no task, and data.validation no text to score"),
      std::string::npos)
      << result.errors;
}

TEST_F(Scoring, RecordsOnlyWhatTheRunsRecordMayHold) {
  train("run", kPiqa + std::string("train.checkpoint_every_steps=10"));
  const std::string words = "eval " + run_folder("run").string() + " --record ";
  ASSERT_EQ(program_.run(words + "evaluation.tasks=[piqa] evaluation.num_fewshot=1").status, 0);
  EXPECT_TRUE(record("run")["tasks"].contains("piqa_1shot"));
  EXPECT_TRUE(record("run")["tasks"].contains("piqa_2shot"));
  const auto refused = [&](const std::string& more, const std::string& reason) {
    const ProgramResult result = program_.run(words + more);
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.errors.find(reason), std::string::npos) << result.errors;
  };
  const ProgramResult absent =
      program_.run("eval " + run_folder("run").string() + " --checkpoint=nowhere");
  EXPECT_EQ(absent.status, 1);
  EXPECT_NE(absent.errors.find("nowhere/config.json: cannot open"), std::string::npos)
      << absent.errors;
  refused("evaluation.limit=3", "--record: evaluation.limit is 3, the run's is 0");
  refused("evaluation.seed=5", "--record: evaluation.seed is 5, the run's is 1234");
  refused("train.precision=bf16", "--record: train.precision is bf16, the run's is float32");
  refused("data.validation_fraction=0.3",
          "--record: data.validation_fraction is 0.3, the run's is 0.4");
  refused("--checkpoint=" + (run_folder("run") / "checkpoints/step-0000010").string(),
          "is not the run's last checkpoint");
  std::filesystem::remove(run_folder("run") / "result.json");
  refused("", "has no result.json yet; run it to completion first");
}

TEST_F(Scoring, TokensThatTheModelLacksAreNamed) {
  train("run", kPiqa + std::string("model.vocab_size=257"));
  publish({"config.json", "model.safetensors"});
  write_file_atomically(folder_.path() / "words.txt", sentences(1));
  const std::string train_tokenizer = "tokenizer train --vocab-size 300 --output larger.json ";
  ASSERT_EQ(program_.run(train_tokenizer + "words.txt").status, 0);
  const ProgramResult result =
      program_.run("eval published " + std::string(kPiqa) + "data.tokenizer=larger.json");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.errors.find("piqa: the tokenizer larger"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("but the model has 257"), std::string::npos) << result.errors;
}

TEST_F(Scoring, MissingDataSayWhatToPutWhere) {
  const ProgramResult result = program_.run(
      "train small.yaml evaluation.tasks=[sciq] evaluation.data_dir=" + folder_.path().string());
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.errors.find("E sciq: no test split under " + folder_.path().string() +
                               "; put test.jsonl, "),
            std::string::npos)
      << result.errors;
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "cache"));
}

}  // namespace
}  // namespace lamina
