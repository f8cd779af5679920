#include <gtest/gtest.h>

#include "apps/made_model.h"
#include "program.h"

namespace lamina {
namespace {

/// `lamina generate` on models whose every token is known beforehand.
class MadeModels : public testing::Test {
 protected:
  static constexpr int kAnd = 260;

  void write(const std::string& file, const Json& json) const {
    write_file_atomically(folder_.path() / "ck" / file, json.dump());
  }
  void make(const MadeModel& model) const { write_model(folder_.path() / "ck", model); }
  /// With a tokenizer beside it, and the files that say more of it.
  void make(const MadeModel& model, const Json& tokenizer_config) const {
    make(model);
    write("tokenizer.json", made_tokenizer());
    write("tokenizer_config.json", tokenizer_config);
  }

  ProgramResult run(const std::string& words) const { return program_.run("generate ck " + words); }
  Json json(const std::string& words) const {
    const ProgramResult result = run(words + " --json");
    EXPECT_EQ(result.status, 0) << result.errors;
    return result.status == 0 ? Json::parse(result.output) : Json();
  }
  void expect_error(const std::string& words, int status, const std::string& text) const {
    const ProgramResult result = run(words);
    EXPECT_EQ(result.status, status) << words;
    EXPECT_NE(result.errors.find(text), std::string::npos) << words << ": " << result.errors;
  }

  TemporaryFolder folder_;
  Program program_{folder_.path()};
};

const std::string kEmptyPrompt = "--prompt '' --new-tokens 1";

TEST_F(MadeModels, ATextWithoutContextBeginsWithBosOrElseWithEos) {
  const auto prefix = [&](const Json& tokenizer_config) {
    make({.otherwise = kAnd}, tokenizer_config);
    return json(kEmptyPrompt)["prompt_ids"];
  };
  EXPECT_EQ(prefix({{"bos_token", "<s>"}, {"eos_token", "</s>"}}), Json({1}));
  EXPECT_EQ(prefix({{"bos_token", nullptr}, {"eos_token", "</s>"}}), Json({2}));
  EXPECT_EQ(prefix({{"bos_token", {{"content", "<s>"}}}, {"eos_token", "</s>"}}), Json({1}));
  EXPECT_EQ(prefix({{"eos_token", "</s>"}}), Json({1}));  // the declared special token
  write("special_tokens_map.json", {{"bos_token", "<unk>"}});
  EXPECT_EQ(prefix({{"bos_token", nullptr}, {"eos_token", "</s>"}}), Json({2}));
  EXPECT_EQ(prefix({{"eos_token", "</s>"}}), Json({0}));
}

TEST_F(MadeModels, BosInFrontIsAddedAsTheTokenizersFilesSay) {
  const auto ids = [&](const Json& tokenizer_config) {
    make({.otherwise = kAnd}, tokenizer_config);
    return json("--prompt a --new-tokens 1")["prompt_ids"];
  };
  EXPECT_EQ(ids({{"bos_token", "<s>"}}), Json({262}));
  EXPECT_EQ(ids({{"bos_token", "<s>"}, {"add_bos_token", true}}), Json({1, 262}));
  EXPECT_EQ(ids({{"bos_token", "<s>"}, {"add_bos_token", false}}), Json({262}));
  make({.otherwise = kAnd}, {{"bos_token", nullptr}, {"add_bos_token", true}});
  expect_error("--prompt a", 1, "add_bos_token is true, but there is no BOS token");
  make({.otherwise = kAnd}, {{"bos_token", 5}});
  expect_error("--prompt a", 1, "tokenizer_config.json: bos_token: got 5; expected a token's text");
}

TEST_F(MadeModels, StopAtTheEosTokensOfTheirConfiguration) {
  const auto generated = [&](const std::string& words) {
    const Json result = json(words + " --new-tokens 6");
    return std::pair(result["ids"], result["finish_reason"]);
  };
  const Json six = std::vector<int>(6, 259), one{259};
  make({.otherwise = 259});
  EXPECT_EQ(generated("--prompt-ids 5,6"), std::pair(six, Json("length")));
  make({.otherwise = 259, .config = {{"eos_token_id", 259}}});
  EXPECT_EQ(generated("--prompt-ids 5,6"), std::pair(one, Json("eos_token")));
  write("generation_config.json", {{"eos_token_id", {0, 1}}});
  EXPECT_EQ(generated("--prompt-ids 5,6"), std::pair(six, Json("length")));
  write("generation_config.json", {{"eos_token_id", {0, 259}}});
  EXPECT_EQ(generated("--prompt-ids 5,6"), std::pair(one, Json("eos_token")));
  write("generation_config.json", {{"eos_token_id", nullptr}, {"pad_token_id", 0}});
  EXPECT_EQ(generated("--prompt-ids 5,6"), std::pair(one, Json("eos_token")));
  make({.next = {{5, 7}, {7, 8}}, .otherwise = 9, .config = {{"eos_token_id", 8}}});
  EXPECT_EQ(generated("--prompt-ids 8,5"), std::pair(Json({7, 8}), Json("eos_token")));
}

TEST_F(MadeModels, ATokenizersEosEndsATextOnlyWhereTheConfigurationNamesNone) {
  make({.otherwise = 2}, {{"eos_token", "</s>"}});
  EXPECT_EQ(json("--prompt a --new-tokens 3")["ids"], Json({2}));
  make({.otherwise = 2, .config = {{"eos_token_id", 0}}}, {{"eos_token", "</s>"}});
  EXPECT_EQ(json("--prompt a --new-tokens 3")["ids"], Json({2, 2, 2}));
}

TEST_F(MadeModels, AStopTokenIsNoTextWhateverItStandsFor) {
  make({.next = {{262, kAnd}}, .otherwise = 261, .config = {{"eos_token_id", 261}}},
       {{"eos_token", "</s>"}});
  const Json result = json("--prompt a --new-tokens 9");
  EXPECT_EQ(result["ids"], Json({kAnd, 261}));
  EXPECT_EQ(result["text"], " and");
}

TEST_F(MadeModels, EosIdsThatCannotEndATextAreNamed) {
  make({.otherwise = 259, .config = {{"eos_token_id", {300, -1, 259}}}});
  const ProgramResult result = run("--prompt-ids 5 --new-tokens 6 --json");
  EXPECT_EQ(Json::parse(result.output)["ids"], Json({259}));
  EXPECT_NE(result.errors.find("eos_token_id: token id 300 is not in the vocabulary of 300"),
            std::string::npos);
  make({.config = {{"eos_token_id", "</s>"}}});
  expect_error("--prompt-ids 5", 1,
               "config.json: eos_token_id: got \"</s>\"; expected a token id, a list of them");
}

TEST_F(MadeModels, AContinuationKeepsItsFirstSpace) {
  make({.otherwise = kAnd}, {{"bos_token", "<s>"}, {"eos_token", "</s>"}});
  EXPECT_EQ(json("--prompt Once --new-tokens 3")["text"], " and and and");
  EXPECT_TRUE(run("--prompt Once --new-tokens 2").output.starts_with("Once and and\n"));
  EXPECT_EQ(json("--prompt '' --new-tokens 2")["text"], "and and");
  EXPECT_TRUE(run("--prompt-ids 1,262 --new-tokens 1").output.starts_with("a and\n"));
}

TEST_F(MadeModels, ASpaceIsKeptBehindARowWithoutText) {
  make({.next = {{299, kAnd}}, .otherwise = 299}, {{"eos_token", "</s>"}});
  EXPECT_EQ(json("--prompt a --new-tokens 3")["text"], "\uFFFD and\uFFFD");
}

// The euro sign is the bytes E2 82 AC.
TEST_F(MadeModels, CharactersThatAreCutAreShownWholeOrAsReplacementCharacters) {
  const std::int64_t first = 0xE2, second = 0x82, third = 0xAC;
  make({.vocab_size = 257,
        .next = {{'a', first}, {first, second}, {second, third}},
        .otherwise = 256});
  const std::string bytes = "--tokenizer bytes --new-tokens ";
  EXPECT_EQ(json(bytes + "9 --prompt a")["text"], "\u20AC");
  EXPECT_EQ(json(bytes + "2 --prompt a")["text"], "\uFFFD");  // cut off by the last token
  EXPECT_TRUE(run(bytes + "2 --prompt a").output.starts_with("a\uFFFD\n"));
  EXPECT_EQ(json(bytes + "9 --prompt-ids 97,226")["text"], "\u20AC");  // begun by the prompt
  EXPECT_TRUE(run(bytes + "9 --prompt-ids 97,226").output.starts_with("a\u20AC\n"));
}

TEST_F(MadeModels, LogitsThatAreNotFiniteAreAnErrorThatNamesThePosition) {
  make({.next = {{5, 7}}, .otherwise = 5, .not_finite = {7}});
  expect_error("--prompt-ids 1,2,3 --new-tokens 9", 1,
               "generate: the logits at position 4 are not finite");
  expect_error("--prompt-ids 7", 1, "generate: the logits at position 0 are not finite");
  EXPECT_EQ(json("--prompt-ids 1,2,3 --new-tokens 2")["ids"], Json({5, 7}));
}

TEST_F(MadeModels, SettingsAreSpelledAsInEval) {
  make({.otherwise = 259});
  for (const char* words : {"train.precision=bf16 train.device=cpu train.threads=1",
                            "--precision bf16 --device cpu --threads 1"}) {
    const Json result = json("--prompt-ids 5,6 --new-tokens 2 " + std::string(words));
    EXPECT_EQ(result["precision"], "bf16");
    EXPECT_EQ(result["device"], "cpu");
    EXPECT_EQ(result["threads"], 1);
  }
  EXPECT_EQ(json("--prompt-ids 5 --new-tokens 1 --precision float32")["precision"], "float32");
  expect_error("--prompt-ids 5 --precision int8", 2, "train.precision: got \"int8\"");
  expect_error("--prompt-ids 5 --device tpu", 2, "train.device: got \"tpu\"");
  expect_error("--prompt-ids 5 train.seed=3", 2,
               "train.seed=3: changes nothing in generate; allowed are data.tokenizer, ");
  const ProgramResult eval = program_.run("eval ck --precision int8 evaluation.tasks=[piqa]");
  EXPECT_NE(eval.errors.find("train.precision: got \"int8\""), std::string::npos) << eval.errors;
}

TEST_F(MadeModels, WithoutATokenizerAPromptIsRefused) {
  make({.otherwise = 259});
  expect_error("--prompt a", 2, "generate: ck has no tokenizer; name one with --tokenizer");
}

TEST_F(MadeModels, RoomForManyPositionsCostsNothing) {
  make({.otherwise = 259, .config = {{"max_position_embeddings", 1 << 30}}});
  const Json result = json("--prompt-ids 5 --new-tokens 300");
  EXPECT_EQ(result["ids"].size(), 300U);
  make({.otherwise = 259, .config = {{"max_position_embeddings", 8}}});
  EXPECT_EQ(json("--prompt-ids 5,6,7")["ids"].size(), 6U);  // as many as there is room for
  expect_error("--prompt-ids 5 --new-tokens 9", 1, "expected at most 8: the model has 8 positions");
}

}  // namespace
}  // namespace lamina
