#include "lamina/eval/byte_bigram.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lamina {
namespace {

// After training on "ab", the pairs (begin, a), (a, b) and (b, end) have count 2 of 258 in their
// rows; all other pairs have count 1.
TEST(ByteBigram, ProbabilitiesByHand) {
  ByteBigram model;
  model.count("ab");
  const Perplexity same = model.score({"ab"});
  EXPECT_NEAR(same.nats, 3 * std::log(258.0 / 2), 1e-12);
  EXPECT_EQ(same.tokens, 3);
  EXPECT_EQ(same.bytes, 2);
  EXPECT_EQ(same.words, 1);
  EXPECT_NEAR(model.score({"ba"}).nats, 3 * std::log(258), 1e-12);
  EXPECT_NEAR(model.score({"c"}).nats, std::log(258) + std::log(257), 1e-12);
}

TEST(ByteBigram, EachDocumentIsScoredFromItsBeginning) {
  ByteBigram model;
  model.count("ab");
  const Perplexity two = model.score({"ab", "ab x"});
  EXPECT_NEAR(two.nats, model.score({"ab"}).nats + model.score({"ab x"}).nats, 1e-12);
  EXPECT_EQ(two.tokens, 3 + 5);
  EXPECT_EQ(two.bytes, 2 + 4);
  EXPECT_EQ(two.words, 3);
}

TEST(ByteBigram, WithoutTrainingIsUniform) {
  EXPECT_NEAR(ByteBigram().score({std::string("any\xFF\0text", 9)}).perplexity(), 257, 1e-9);
}

TEST(ByteBigram, AnEmptyDocumentIsOneDocumentEnd) {
  ByteBigram model;
  model.count("");
  EXPECT_NEAR(model.score({""}).nats, std::log(258.0 / 2), 1e-12);
}

TEST(ByteBigram, BeatsUniformOnTextLikeItsTraining) {
  ByteBigram model;
  for (int i = 0; i < 20; ++i) model.count("the cat sat on the mat");
  EXPECT_LT(model.score({"the mat sat on the cat"}).perplexity(), 257.0 / 4);
}

}  // namespace
}  // namespace lamina
