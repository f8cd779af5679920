#include "lamina/config/difference.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

std::string difference(const std::string& before, const std::string& now) {
  const auto found = first_difference(parse_yaml(before, "a"), parse_yaml(now, "b"));
  return found ? found->text() : "none";
}

TEST(FirstDifference, NamesTheKeyAndBothValues) {
  EXPECT_EQ(difference("optimizer: {learning_rate: 1e-3, clip: 1}",
                       "optimizer: {learning_rate: 0.002, clip: 2}"),
            "optimizer.learning_rate was 0.001, now is 0.002");
  EXPECT_EQ(difference("a: {b: x}", "a: {b: y z}"), "a.b was x, now is y z");
  EXPECT_EQ(difference("a: true", "a: false"), "a was true, now is false");
}

TEST(FirstDifference, OrderAndSpellingMakeNone) {
  EXPECT_EQ(difference("a: 1e-3\nb: {c: x, d: [1, 2]}", "b: {d: [+1, 2e0], c: \"x\"}\na: 0.001"),
            "none");
  EXPECT_EQ(difference("tokens: 30e9", "tokens: 30000000000"), "none");
  EXPECT_EQ(difference("a: 9007199254740992", "a: 9007199254740993"),  // one double, two integers
            "a was 9007199254740992, now is 9007199254740993");
  EXPECT_EQ(difference("a: 0.001", "a: \"0.001\""), "a was 0.001, now is \"0.001\"");
}

TEST(FirstDifference, AKeyThatOneLacksIsUnset) {
  EXPECT_EQ(difference("a: {b: 1, c: 2}", "a: {b: 1}"), "a.c was 2, now is unset");
  EXPECT_EQ(difference("a: {b: 1}", "{a: {b: 1}, d: {e: [1, 2]}}"), "d.e was unset, now is [1, 2]");
  EXPECT_EQ(difference("a: ~\nb: {c: ~}", "{}"), "none");
}

TEST(FirstDifference, ListsOfScalarsAreShownWholeAndOfMapsByItem) {
  EXPECT_EQ(difference("betas: [0.9, 0.95]", "betas: [0.9, 0.99]"),
            "betas was [0.9, 0.95], now is [0.9, 0.99]");
  EXPECT_EQ(difference("a: [1]", "a: [1, 2]"), "a was [1], now is [1, 2]");
  EXPECT_EQ(difference("t: [{p: x, w: 1}, {p: y, w: 2}]", "t: [{p: x, w: 1}, {p: y, w: 3}]"),
            "t[1].w was 2, now is 3");
  EXPECT_EQ(difference("t: [{p: x}]", "t: [{p: x}, {p: y}]"),
            "t was a list of 1, now is a list of 2");
  EXPECT_EQ(difference("t: [{p: x}, y]", "t: [{p: x}, z]"), "t[1] was y, now is z");
}

TEST(FirstDifference, AMapForAValueIsOne) {
  EXPECT_EQ(difference("a: 1", "a: {b: 1}"), "a was 1, now is a map");
  EXPECT_EQ(difference("a: [1]", "a: 1"), "a was [1], now is 1");
}

}  // namespace
}  // namespace lamina
