#include "lamina/text/continuation.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "lamina/text/add_bos.h"
#include "shared_folder.h"
#include "text/small_tokenizer.h"

namespace lamina {
namespace {

using Ids = std::vector<std::int64_t>;

Ids wide(const std::vector<TokenId>& ids) { return {ids.begin(), ids.end()}; }

/// A tokenizer of bytes whose rules put `front` in front of every text.
class WithFront : public Tokenizer {
 public:
  explicit WithFront(std::optional<TokenId> front) : front_(front) {}
  std::int64_t vocab_size() const override { return bytes_->vocab_size(); }
  TokenId eos_id() const override { return bytes_->eos_id(); }
  std::optional<TokenId> prepended_token() const override { return front_; }
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
  std::optional<TokenId> front_;
};

TEST(EncodeWithBos, PutsWhatTheRulesSayOrBosOrNothingInFront) {
  using testing::ElementsAre;
  const WithFront llama(7), gpt(std::nullopt);
  EXPECT_THAT(encode_with_bos(llama, "a", AddBos::kAuto), ElementsAre(7, 'a'));
  EXPECT_THAT(encode_with_bos(llama, "a", AddBos::kAlways), ElementsAre(7, 'a'));
  EXPECT_THAT(encode_with_bos(llama, "a", AddBos::kNever), ElementsAre('a'));
  EXPECT_THAT(encode_with_bos(llama, "\aa", AddBos::kAuto), ElementsAre(7, 'a'));  // \a is 7
  EXPECT_THAT(encode_with_bos(llama, "", AddBos::kAuto), ElementsAre(7));
  EXPECT_THAT(encode_with_bos(gpt, "a", AddBos::kAuto), ElementsAre('a'));
  EXPECT_THAT(encode_with_bos(gpt, "a", AddBos::kAlways), ElementsAre(256, 'a'));
}

TEST(ContinuationText, OfBytesIsTheBytesBehindThePrompt) {
  const auto bytes = make_tokenizer("bytes");
  const auto text = [&](const Ids& before, const Ids& added) {
    return continuation_text(*bytes, before, added);
  };
  EXPECT_EQ(text({'a', ' '}, {' ', 'b', 256}), " b");
  EXPECT_EQ(text({}, {'a'}), "a");
  EXPECT_EQ(text({'a', 0xE2, 0x82}, {0xAC, 'b'}), "\u20ACb");
  EXPECT_EQ(text({'a', 0xE2, 0x82}, {'b'}), "\uFFFDb");
  EXPECT_EQ(text({'a', 0x82}, {0xAC, 'b'}), "\uFFFDb");  // what is bad before stays there
  EXPECT_EQ(text({'a'}, {0xE2, 0x82}), "\uFFFD");
  EXPECT_EQ(text({300}, {'a', 257, -1, 'b'}), "a\uFFFD\uFFFDb");
}

TEST(ContinuationText, OfEveryCutOfATextIsTheRest) {
  const auto words = parse_tokenizer(small_tokenizer(290).dump(), "small");
  const std::string text = "the cat \u20AC that";
  std::vector<TokenId> ids;
  std::vector<std::size_t> ends;
  words->encode(text, ids, ends);
  for (std::size_t cut = 0; cut < ids.size(); ++cut) {
    const Ids all = wide(ids);
    const std::span<const std::int64_t> before(all.data(), cut);
    const std::string head = text.substr(0, cut == 0 ? 0 : ends[cut - 1]);
    const bool is_whole = head.size() == 0 || head.back() == ' ' || (head.back() & 0x80) == 0;
    if (!is_whole) continue;  // inside the euro sign
    EXPECT_EQ(continuation_text(*words, before, std::span(all).subspan(cut)),
              text.substr(head.size()));
  }
}

// Pieces: sentencepiece 0.2.3 for Python; its decode drops the space in front of a text alone.
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
