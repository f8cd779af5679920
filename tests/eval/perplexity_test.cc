#include "lamina/eval/perplexity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "eval/tiny_model.h"

namespace lamina {
namespace {

constexpr std::int64_t kEosId = 256;

/// 23 tokens: two documents and the beginning of a third.
HeldOutText sample_text() {
  const auto tokenizer = make_tokenizer("bytes");
  std::vector<TokenId> ids;
  for (const std::string_view document : {"many words", "and\tmore"}) {
    tokenizer->encode(document, ids);
    ids.push_back(tokenizer->eos_id());
  }
  tokenizer->encode("cut", ids);
  return held_out_text({ids.begin(), ids.end()}, *tokenizer);
}

/// Reference: one forward pass per token, with the preceding tokens of its window as input.
double nats_one_by_one(const Decoder& model, const HeldOutText& text, std::size_t window) {
  double nats = 0;
  std::vector<std::int64_t> seen;
  for (std::size_t i = 0; i < text.tokens.size(); ++i) {
    if (i % window == 0) seen.clear();
    seen.push_back(i == 0 ? kEosId : text.tokens[i - 1]);
    nats += nats_of(model, seen, text.tokens[i]);
  }
  return nats;
}

TEST(MeasurePerplexity, IsTheVocabularySizeForAUniformModel) {
  for (const auto dtype : {at::kDouble, at::kFloat}) {
    for (const std::int64_t window : {1, 5, 23, 32}) {
      const auto result = measure_perplexity(uniform_model(dtype), sample_text(), kEosId,
                                             {window, 2 * window}, alone());
      EXPECT_NEAR(result.perplexity() / 257, 1, 1e-6) << "window " << window << ", " << dtype;
    }
  }
}

// Windows of 2, 5 and 7 have a last window of 1, 3 and 2 tokens; 32 is longer than the text, 23 is
// its length.
TEST(MeasurePerplexity, EveryTokenCountsOnceForAnyWindowLength) {
  const Decoder model = tiny_model(3);
  const HeldOutText text = sample_text();
  ASSERT_EQ(text.tokens.size(), 23u);
  for (const std::int64_t window : {1, 2, 5, 7, 23, 32}) {
    const double expected = nats_one_by_one(model, text, static_cast<std::size_t>(window));
    for (const std::int64_t batch : {1, 2, 100}) {
      const auto result =
          measure_perplexity(model, text, kEosId, {window, window * batch}, alone());
      EXPECT_NEAR(result.nats, expected, 1e-10 * expected)
          << "window " << window << ", batch " << batch;
      EXPECT_EQ(result.tokens, 23);
    }
  }
}

TEST(MeasurePerplexity, BytesAndWordsAreThoseOfTheText) {
  const auto result = measure_perplexity(tiny_model(3), sample_text(), kEosId, {8, 16}, alone());
  EXPECT_EQ(result.bytes, 21);
  EXPECT_EQ(result.words, 5);
}

// 8 ln 2 nats over 4 tokens, 2 bytes and 1 word.
TEST(Perplexity, EveryMeasureByHand) {
  const Perplexity p{.nats = 8 * std::log(2), .tokens = 4, .bytes = 2, .words = 1};
  EXPECT_NEAR(p.loss(), 2 * std::log(2), 1e-12);
  EXPECT_NEAR(p.perplexity(), 4, 1e-12);
  EXPECT_NEAR(p.bits_per_byte(), 4, 1e-12);
  EXPECT_NEAR(p.byte_perplexity(), 16, 1e-12);
  EXPECT_NEAR(p.word_perplexity(), 256, 1e-10);
}

TEST(Perplexity, JsonHasEveryMeasure) {
  const Json json =
      to_json(Perplexity{.nats = 8 * std::log(2), .tokens = 4, .bytes = 2, .words = 1});
  EXPECT_EQ(json.size(), 8u);
  EXPECT_NEAR(json["word_perplexity"].get<double>(), 256, 1e-10);
  EXPECT_EQ(json["tokens"], 4);
  EXPECT_EQ(json["bytes"], 2);
  EXPECT_EQ(json["words"], 1);
}

}  // namespace
}  // namespace lamina
