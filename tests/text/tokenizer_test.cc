#include "lamina/text/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "error_text.h"
#include "lamina/core/random.h"

namespace lamina {
namespace {

TEST(ByteTokenizer, MapsBytesToTheirValuesAndAppends) {
  const auto tokenizer = make_tokenizer("bytes");
  std::vector<TokenId> ids{7};
  tokenizer->encode("A\xC3\xA9\n", ids);
  EXPECT_THAT(ids, testing::ElementsAre(7, 65, 0xC3, 0xA9, 10));
  EXPECT_EQ(tokenizer->eos_id(), 256);
  EXPECT_EQ(tokenizer->vocab_size(), 257);
}

TEST(ByteTokenizer, RoundTripsRandomBytes) {
  const auto tokenizer = make_tokenizer("bytes");
  std::string bytes(10000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(random_below(256, 3, i));
  std::vector<TokenId> ids;
  tokenizer->encode(bytes, ids);
  ids.push_back(tokenizer->eos_id());
  EXPECT_EQ(tokenizer->decode(ids), bytes);
}

TEST(ByteTokenizer, RefusesToDecodeAnIdWithoutAToken) {
  const auto tokenizer = make_tokenizer("bytes");
  EXPECT_EQ(error_text([&] {
              tokenizer->decode(std::vector<TokenId>{1, 257});
            }),
            "tokenizer bytes: got token 257; expected 0 to 256");
  EXPECT_EQ(error_text([&] { tokenizer->decode(std::vector<TokenId>{-1}); }),
            "tokenizer bytes: got token -1; expected 0 to 256");
}

TEST(ByteTokenizer, PartsOfACutTextEncodeToTheIdsOfTheWhole) {
  const auto tokenizer = make_tokenizer("bytes");
  const std::string text = "one two \xE2\x82\xAC three";
  for (std::size_t at = 1; at < text.size() + 3; ++at) {
    const std::size_t cut = tokenizer->cut_near(text, at);
    ASSERT_GT(cut, 0u);
    ASSERT_LE(cut, text.size());
    std::vector<TokenId> whole, parts;
    tokenizer->encode(text, whole);
    tokenizer->encode(std::string_view(text).substr(0, cut), parts);
    tokenizer->encode(std::string_view(text).substr(cut), parts);
    EXPECT_EQ(parts, whole);
  }
}

TEST(MakeTokenizer, SaysWhatIsAllowed) {
  EXPECT_THROW(make_tokenizer("gpt2"), UsageError);
  EXPECT_EQ(error_text([] { make_tokenizer("gpt2"); }),
            "tokenizer: got \"gpt2\", which is not a file; expected \"bytes\", a tokenizer.json, a "
            "SentencePiece .model, or a folder with one of them");
}

}  // namespace
}  // namespace lamina
