#include "lamina/text/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace lamina {
namespace {

TEST(FirstInvalidUtf8, AcceptsTheFirstAndLastCharacterOfEveryLength) {
  for (const std::string& text : {std::string("\x00\x7F", 2), std::string("\xC2\x80\xDF\xBF"),
                                  std::string("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"),
                                  std::string("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), std::string()}) {
    EXPECT_EQ(first_invalid_utf8(text), text.size());
  }
}

// Each invalid sequence at every offset around the 8-byte words of the ASCII path.
TEST(FirstInvalidUtf8, FindsEveryKindOfInvalidSequenceAtEveryOffset) {
  for (const char* bad : {"\x80",
                          "\xBF",
                          "\xC0\x80",
                          "\xC1\xBF",
                          "\xC3",
                          "\xC3(",
                          "\xE0\x80\x80",
                          "\xE0\x9F\xBF",
                          "\xED\xA0\x80",
                          "\xED\xBF\xBF",
                          "\xE2\x82",
                          "\xE2(\xA1",
                          "\xE2\x82(",
                          "\xF0\x80\x80\x80",
                          "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80",
                          "\xF0\x9F\x98",
                          "\xF0\x9F\x98(",
                          "\xFE",
                          "\xFF"}) {
    for (std::size_t offset = 0; offset < 20; ++offset) {
      const std::string before(offset, 'a');
      EXPECT_EQ(first_invalid_utf8(before + bad), offset);
      EXPECT_EQ(first_invalid_utf8(before + bad + "and more text after"), offset);
    }
  }
}

TEST(FirstInvalidUtf8, SkipsCharactersThatCrossWords) {
  for (std::size_t offset = 0; offset < 20; ++offset) {
    const std::string text = std::string(offset, 'a') + "\xF0\x9F\x98\x80\xE2\x82\xAC tail";
    EXPECT_EQ(first_invalid_utf8(text), text.size());
    EXPECT_EQ(first_invalid_utf8(text + "\xFF"), text.size());
  }
}

TEST(IncompleteCharacterStart, IsOfACharacterThatMoreBytesCouldComplete) {
  for (const char* begun : {"\xC3", "\xE2", "\xE2\x82", "\xF0", "\xF0\x9F", "\xF0\x9F\x98"}) {
    EXPECT_EQ(incomplete_character_start(std::string("a\u20AC") + begun), 4u);
  }
  for (const char* other :
       {"", "a", "\u20AC", "\x80", "\xC0", "\xE2(", "\xED\xA0", "\xF5", "\xFF"}) {
    const std::string text = std::string("a\u20AC") + other;
    EXPECT_EQ(incomplete_character_start(text), text.size());
  }
}

// Expected: Python 3, bytes.decode(errors="replace").
TEST(ReplaceInvalidUtf8, PutsOneReplacementForEachMaximalSubpart) {
  EXPECT_EQ(replace_invalid_utf8("a\u20ACb"), "a\u20ACb");
  EXPECT_EQ(replace_invalid_utf8("a\xE2\x82"), "a\uFFFD");
  EXPECT_EQ(replace_invalid_utf8("\xE2\x82(\x80\x80"), "\uFFFD(\uFFFD\uFFFD");
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x98\xE2\x82\xAC"), "\uFFFD\u20AC");
  EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(replace_invalid_utf8("\xC0\xAF\xFF"), "\uFFFD\uFFFD\uFFFD");
}

TEST(NextCharacterStart, NeverPointsIntoACharacter) {
  const std::string text =
      "a\xE2\x82\xAC"
      "b";
  EXPECT_EQ(next_character_start(text, 0), 0u);
  EXPECT_EQ(next_character_start(text, 1), 1u);
  EXPECT_EQ(next_character_start(text, 2), 4u);
  EXPECT_EQ(next_character_start(text, 3), 4u);
  EXPECT_EQ(next_character_start(text.substr(0, 4), 2), 4u);
}

}  // namespace
}  // namespace lamina
