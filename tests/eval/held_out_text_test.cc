#include "lamina/eval/held_out_text.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

constexpr TokenId kEnd = 256;

HeldOutText text_of(const std::vector<TokenId>& ids) {
  return held_out_text({ids.begin(), ids.end()}, *make_tokenizer("bytes"));
}

// "é" has 2 bytes, each character of "日本" 3.
TEST(HeldOutText, CountsBytesAndWordsOfTheTextItself) {
  const auto tokenizer = make_tokenizer("bytes");
  std::vector<TokenId> ids;
  tokenizer->encode("caf\u00e9  au\nlait", ids);
  ids.push_back(kEnd);
  tokenizer->encode("\u65e5\u672c", ids);
  ids.push_back(kEnd);
  const HeldOutText text = text_of(ids);
  EXPECT_EQ(text.documents, (std::vector<std::string>{"caf\u00e9  au\nlait", "\u65e5\u672c"}));
  EXPECT_EQ(text.bytes, 14 + 6);
  EXPECT_EQ(text.words, 3 + 1);
  EXPECT_EQ(text.tokens, std::vector<TokenId>(ids.begin(), ids.end()));
}

TEST(HeldOutText, KeepsTheBeginningOfACutDocument) {
  const HeldOutText text = text_of({'a', kEnd, 'b', ' ', 'c'});
  EXPECT_EQ(text.documents, (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(text.bytes, 4);
}

TEST(HeldOutText, AWordDoesNotSpanDocuments) {
  EXPECT_EQ(text_of({'a', kEnd, 'b', kEnd}).words, 2);
}

TEST(HeldOutText, EmptyDocumentsAreKept) {
  const HeldOutText text = text_of({kEnd, 'a', kEnd, kEnd});
  EXPECT_EQ(text.documents, (std::vector<std::string>{"", "a", ""}));
  EXPECT_EQ(text.bytes, 1);
}

TEST(HeldOutText, WithoutTokensIsEmpty) {
  EXPECT_TRUE(text_of({}).documents.empty());
  EXPECT_EQ(text_of({}).bytes, 0);
}

}  // namespace
}  // namespace lamina
