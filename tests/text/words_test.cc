#include "lamina/text/words.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

TEST(CountWords, CountsRunsBetweenAsciiWhitespace) {
  EXPECT_EQ(count_words(""), 0);
  EXPECT_EQ(count_words(" \t\n\v\f\r"), 0);
  EXPECT_EQ(count_words("one"), 1);
  EXPECT_EQ(count_words("  it's  one-two,\tthree\nfour \xC3\xA9t\xC3\xA9 "), 5);
  EXPECT_EQ(count_words("a\xC2\xA0z"), 1);  // a no-break space is not ASCII
}

TEST(CountWords, AddsUpOverThePartsOfAText) {
  const std::string_view text = " the quick  brown\nfox ";
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    EXPECT_EQ(count_words(text.substr(0, cut)) + count_words(text.substr(cut), text[cut - 1]), 4);
  }
}

}  // namespace
}  // namespace lamina
