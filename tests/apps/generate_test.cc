#include "apps/small_run.h"

namespace lamina {
namespace {

/// `lamina generate` on a checkpoint that `lamina train` left.
class Generate : public SmallRun {
 protected:
  ProgramResult generate(const std::string& words) const {
    return program_.run("generate runs/a/checkpoints/step-0000020 " + words);
  }
  Json generate_json(const std::string& words) const {
    const ProgramResult result = generate(words + " --json");
    EXPECT_EQ(result.status, 0) << result.errors;
    return Json::parse(result.output);
  }
};

TEST_F(Generate, ContinuesATextAndMeasuresTheCache) {
  train("a");
  const Json result = generate_json("--prompt the,layer --new-tokens 12");
  EXPECT_EQ(result["prompt_ids"].size(), 9U);
  EXPECT_EQ(result["prompt_ids"][0], 't');
  EXPECT_EQ(result["design"], "H8-MQA-CLA2");
  EXPECT_EQ(result["kv_cache_tokens"], 9 + result["ids"].size() - 1);
  EXPECT_EQ(result["kv_cache_bytes_per_token"], 2 * 1 * 8 * 2 * 4);  // K, V; heads, width, layers
  EXPECT_GT(result["tokens_per_second"], 0);
  EXPECT_EQ(result["text"].get<std::string>().size(), result["ids"].size());

  const Json again =
      generate_json("--prompt-ids 116,104,101,44,108,97,121,101,114 --new-tokens 12");
  EXPECT_EQ(again["ids"], result["ids"]);
  EXPECT_EQ(again["text"], result["text"]);
  EXPECT_EQ(read_json(run_folder("a") / "checkpoints/step-0000020/config.json")["eos_token_id"],
            256);

  const ProgramResult text = generate("--prompt the,layer --new-tokens 12");
  EXPECT_TRUE(text.output.starts_with("the,layer" + result["text"].get<std::string>() + "\n"))
      << text.output;
  EXPECT_NE(text.output.find(" tokens/s"), std::string::npos) << text.output;

  const Json bf16 = generate_json("--prompt-ids 116,104 --new-tokens 2 --precision bf16");
  EXPECT_EQ(bf16["kv_cache_bytes_per_token"], 2 * 1 * 8 * 2 * 2);
}

TEST_F(Generate, BadUsageSaysWhatIsNeeded) {
  train("a");
  const auto expect_error = [&](const std::string& words, int status, const std::string& text) {
    const ProgramResult result = generate(words);
    EXPECT_EQ(result.status, status) << words;
    EXPECT_NE(result.errors.find(text), std::string::npos) << words << ": " << result.errors;
  };
  expect_error("", 2, "generate: needs --prompt or --prompt-ids");
  expect_error("--prompt a --prompt-ids 1", 2, "excludes");
  expect_error("--prompt-ids 1,x", 2, "--prompt-ids");
  expect_error("--prompt-ids 1 --precision int8", 2, "train.precision");
  expect_error("--prompt-ids 1 --new-tokens 0", 2, "--new-tokens");
  expect_error("--prompt-ids 9999", 1, "generate: the prompt has token id 9999; expected 0 to 319");
  expect_error("--prompt-ids 1 --new-tokens 99", 1,
               "expected at most 32: the model has 32 positions");
  const ProgramResult absent = program_.run("generate nowhere --prompt-ids 1");
  EXPECT_EQ(absent.status, 2);
  EXPECT_NE(absent.errors.find("generate: nowhere: no such file or folder"), std::string::npos)
      << absent.errors;
}

TEST_F(Generate, OfARunTakesItsNewestCheckpoint) {
  train("a");
  for (const char* stray : {"step-", "step-99999999999999999999", "step-30", "step-0000030-old"})
    std::filesystem::create_directory(run_folder("a") / "checkpoints" / stray);
  write_file_atomically(run_folder("a") / "checkpoints/step-0000040", "a file");
  const ProgramResult result =
      program_.run("generate runs/a --prompt-ids 1,2 --new-tokens 5 --json");
  ASSERT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(Json::parse(result.output)["ids"],
            Json::parse(generate("--prompt-ids 1,2 --new-tokens 5 --json").output)["ids"]);
  const ProgramResult scored = program_.run("eval runs/a --json");
  EXPECT_EQ(scored.status, 0) << scored.errors;
  std::filesystem::remove(run_folder("a") / "result.json");
  train("a", "train.keep_checkpoints=1");
  EXPECT_TRUE(std::filesystem::exists(run_folder("a") / "checkpoints/step-30"));
}

}  // namespace
}  // namespace lamina
