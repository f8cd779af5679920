#include "lamina/text/continuation.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "lamina/text/add_bos.h"
#include "shared_folder.h"
#include "text/small_tokenizer.h"

namespace lamina {
namespace {

using Ids = std::vector<std::int64_t>;

Ids to_int64(const std::vector<TokenId>& ids) { return {ids.begin(), ids.end()}; }

/// A byte tokenizer whose rules prepend a token to every text.
class WithPrependedToken : public Tokenizer {
 public:
  explicit WithPrependedToken(std::optional<TokenId> token) : token_(token) {}
  std::int64_t vocab_size() const override { return bytes_->vocab_size(); }
  TokenId eos_id() const override { return bytes_->eos_id(); }
  std::optional<TokenId> prepended_token() const override { return token_; }
  std::string name() const override { return "front"; }
  std::string hash() const override { return "front"; }
  void encode(std::string_view text, std::vector<TokenId>& out) const override {
    bytes_->encode(text, out);
  }
  void encode(std::string_view text, std::vector<TokenId>& out,
              std::vector<std::size_t>& ends) const override {
    bytes_->encode(text, out, ends);
  }
  std::string decode(std::span<const TokenId> ids) const override { return bytes_->decode(ids); }

 private:
  std::unique_ptr<Tokenizer> bytes_ = make_tokenizer("bytes");
  std::optional<TokenId> token_;
};

TEST(EncodeWithBos, PrependsTheTokenOfTheRulesOrBosOrNothing) {
  using testing::ElementsAre;
  const WithPrependedToken llama(7), gpt(std::nullopt);
  EXPECT_THAT(encode_with_bos(llama, "a", AddBos::kAuto), ElementsAre(7, 'a'));
  EXPECT_THAT(encode_with_bos(llama, "a", AddBos::kAlways), ElementsAre(7, 'a'));
  EXPECT_THAT(encode_with_bos(llama, "a", AddBos::kNever), ElementsAre('a'));
  EXPECT_THAT(encode_with_bos(llama, "\aa", AddBos::kAuto), ElementsAre(7, 'a'));  // \a is 7
  EXPECT_THAT(encode_with_bos(llama, "", AddBos::kAuto), ElementsAre(7));
  EXPECT_THAT(encode_with_bos(gpt, "a", AddBos::kAuto), ElementsAre('a'));
  EXPECT_THAT(encode_with_bos(gpt, "a", AddBos::kAlways), ElementsAre(256, 'a'));
}

TEST(ContinuationText, OfBytesIsTheBytesAfterThePrompt) {
  const auto bytes = make_tokenizer("bytes");
  const auto text = [&](const Ids& before, const Ids& added) {
    return continuation_text(*bytes, before, added);
  };
  EXPECT_EQ(text({'a', ' '}, {' ', 'b', 256}), " b");
  EXPECT_EQ(text({}, {'a'}), "a");
  EXPECT_EQ(text({'a', 0xE2, 0x82}, {0xAC, 'b'}), "\u20ACb");
  EXPECT_EQ(text({'a', 0xE2, 0x82}, {'b'}), "\uFFFDb");
  EXPECT_EQ(text({'a', 0x82}, {0xAC, 'b'}),
            "\uFFFDb");  // an invalid byte of the prompt stays there
  EXPECT_EQ(text({'a'}, {0xE2, 0x82}), "\uFFFD");
  EXPECT_EQ(text({300}, {'a', 257, -1, 'b'}), "a\uFFFD\uFFFDb");
}

TEST(ContinuationText, OfEveryCutOfATextIsTheRest) {
  const auto tokenizer = parse_tokenizer(small_tokenizer(290).dump(), "small");
  const std::string text = "the cat \u20AC that";
  std::vector<TokenId> ids;
  std::vector<std::size_t> ends;
  tokenizer->encode(text, ids, ends);
  for (std::size_t cut = 0; cut < ids.size(); ++cut) {
    const Ids all = to_int64(ids);
    const std::span<const std::int64_t> before(all.data(), cut);
    const std::string head = text.substr(0, cut == 0 ? 0 : ends[cut - 1]);
    const bool is_whole = head.size() == 0 || head.back() == ' ' || (head.back() & 0x80) == 0;
    if (!is_whole) continue;  // inside the euro sign
    EXPECT_EQ(continuation_text(*tokenizer, before, std::span(all).subspan(cut)),
              text.substr(head.size()));
  }
}

// Pieces: sentencepiece 0.2.3 for Python; its decode drops a space only at the start of a text.
TEST(ContinuationText, OfSentencePieceKeepsTheSpaceBetween) {
  const auto file = shared_folder() / "data/tokenizers/sentencepiece/test_model.model";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto tokenizer = make_tokenizer(file.string());
  const Ids i_saw{9, 459}, a_girl{11, 939};
  EXPECT_EQ(continuation_text(*tokenizer, i_saw, a_girl), " a girl");
  EXPECT_EQ(continuation_text(*tokenizer, Ids{1}, a_girl), "a girl");
  EXPECT_EQ(continuation_text(*tokenizer, i_saw, Ids{1000, 11}), "\uFFFD a");
}

}  // namespace
}  // namespace lamina
