#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>
#include <zlib.h>

#include "eval/lm_eval_data.h"
#include "lamina/core/error.h"
#include "lamina/eval/task.h"
#include "lamina/eval/token_requests.h"

namespace lamina {
namespace {

std::filesystem::path golden_folder() { return shared_folder() / "golden/lm-eval"; }

/// Names of the recorded requests that include their GPT-NeoX tokens.
std::vector<std::string> request_files() {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& file : std::filesystem::directory_iterator(golden_folder(), missing)) {
    const std::string name = file.path().filename().string();
    if (name.ends_with(".requests.jsonl") && !name.starts_with("wikitext")) {
      names.push_back(name.substr(0, name.find('.')));
    }
  }
  if (names.empty()) names.emplace_back("absent");
  std::sort(names.begin(), names.end());
  return names;
}

const Tokenizer& neox() {
  static const auto tokenizer = make_tokenizer(
      (shared_folder() / "data/tokenizers/gpt-neox-20b/20B_tokenizer.json").string());
  return *tokenizer;
}

/// CRC-32 of the ids as decimal text, separated by spaces.
std::uint32_t crc32_of(std::span<const TokenId> ids) {
  const std::string text = fmt::format("{}", fmt::join(ids, " "));
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

class HarnessTokens : public testing::TestWithParam<std::string> {};

TEST_P(HarnessTokens, EqualOurs) {
  if (GetParam() == "absent") GTEST_SKIP() << "no requests in " << golden_folder();
  const RequestEncoder encoder(neox(), 1 << 20, AddBos::kAuto);
  const auto requests = read_json_lines(golden_folder() / (GetParam() + ".requests.jsonl"));
  ASSERT_FALSE(requests.empty());
  for (const Json& request : requests) {
    const TokenRequest ours = encoder.pair({request["args"][0], request["args"][1]});
    const auto tokens = std::span(ours.tokens);
    const auto num_context = tokens.size() - static_cast<std::size_t>(ours.num_scored);
    EXPECT_EQ(num_context, request["neox_ctx_len"]);
    EXPECT_EQ(crc32_of(tokens.first(num_context)), request["neox_ctx_crc32"]);
    EXPECT_EQ(
        Json(std::vector(tokens.begin() + static_cast<std::ptrdiff_t>(num_context), tokens.end())),
        request["neox_cont"]);
  }
}

std::string name_of(const testing::TestParamInfo<std::string>& info) { return info.param; }
INSTANTIATE_TEST_SUITE_P(Golden, HarnessTokens, testing::ValuesIn(request_files()), name_of);

TEST(HarnessTokensGolden, WikitextWindowsEqualOurs) {
  const auto file = golden_folder() / "wikitext_neox_windows.json";
  if (!std::filesystem::exists(file) || !LmEvalData::exists()) GTEST_SKIP() << "no " << file;
  const LmEvalData data;
  const auto pages = make_task("wikitext", data.folder(), {})[0].documents;
  const RequestEncoder encoder(neox(), 2048, AddBos::kAuto);
  for (const Json& page : read_json(file)) {
    const auto windows = encoder.windows(pages.at(page["doc_id"]).requests[0].context);
    Json lengths = Json::array();
    std::vector<TokenId> scored;
    for (const TokenRequest& window : windows) {
      const auto num_given = std::ssize(window.tokens) - window.num_scored;
      lengths.push_back({num_given, window.num_scored});
      scored.insert(scored.end(), window.tokens.begin() + num_given, window.tokens.end());
    }
    EXPECT_EQ(lengths, page["windows"]) << page["doc_id"];
    EXPECT_EQ(scored.size(), page["n_tokens"]);
    EXPECT_EQ(crc32_of(scored), page["tokens_crc32"]) << page["doc_id"];
  }
}

// The encoding rules on short texts. Tokens are bytes; 256 is `beginning`.
class RequestEncoderTest : public testing::Test {
 protected:
  TokenRequest pair(const std::string& context, const std::string& continuation,
                    std::int64_t max_length = 100, AddBos add_bos = AddBos::kAuto) const {
    return RequestEncoder(*bytes_, max_length, add_bos).pair({context, continuation});
  }
  std::string error(const std::string& context, const std::string& continuation) const {
    try {
      pair(context, continuation, 5);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  std::unique_ptr<Tokenizer> bytes_ = make_tokenizer("bytes");
};

TEST_F(RequestEncoderTest, AnEmptyContextBecomesTheBeginningToken) {
  const TokenRequest request = pair("", "ab");
  EXPECT_EQ(request.tokens, (std::vector<TokenId>{256, 'a', 'b'}));
  EXPECT_EQ(request.num_scored, 2);
}

TEST_F(RequestEncoderTest, WhitespaceAtTheEndOfTheContextIsScored) {
  EXPECT_EQ(pair("ab \u00a0", "c").num_scored, 4);  // whitespace of 1 and 2 bytes
  EXPECT_EQ(pair("ab", " c").num_scored, 2);
}

TEST_F(RequestEncoderTest, ALongContextIsCutFromTheLeft) {
  const TokenRequest request = pair("abcdef", "xyz", 4);
  EXPECT_EQ(request.tokens, (std::vector<TokenId>{'e', 'f', 'x', 'y', 'z'}));
  EXPECT_EQ(request.num_scored, 3);
}

TEST_F(RequestEncoderTest, AddBosAddsTheBeginningToken) {
  EXPECT_EQ(pair("a", "b", 100, AddBos::kAlways).tokens, (std::vector<TokenId>{256, 'a', 'b'}));
  EXPECT_EQ(pair("a", "b", 100, AddBos::kNever).tokens, (std::vector<TokenId>{'a', 'b'}));
}

TEST_F(RequestEncoderTest, RequestsThatCannotBeScoredAreErrors) {
  EXPECT_EQ(error("a", "bcdefg"),
            "got a continuation of 6 tokens; expected at most 5, the context length of the model "
            "(data.sequence_length before training)");
  EXPECT_EQ(error("a", ""), "the continuation \"\" adds no tokens to its context");
  EXPECT_EQ(error(" \n", "b"), "the context of a request is only whitespace");
}

TEST_F(RequestEncoderTest, WindowsScoreEveryTokenOnce) {
  const auto windows = RequestEncoder(*bytes_, 4, AddBos::kAuto).windows("abcdefghij");
  ASSERT_EQ(windows.size(), 3u);
  EXPECT_EQ(windows[0].tokens, (std::vector<TokenId>{256, 'a', 'b', 'c', 'd'}));
  EXPECT_EQ(windows[1].tokens, (std::vector<TokenId>{'d', 'e', 'f', 'g', 'h'}));
  EXPECT_EQ(windows[2].tokens, (std::vector<TokenId>{'f', 'g', 'h', 'i', 'j'}));
  EXPECT_EQ(windows[0].num_scored, 4);
  EXPECT_EQ(windows[2].num_scored, 2);
  EXPECT_TRUE(RequestEncoder(*bytes_, 4, AddBos::kAuto).windows("").empty());
}

}  // namespace
}  // namespace lamina
