#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "lamina/core/files.h"
#include "lamina/core/random.h"
#include "shared_folder.h"
#include "text/small_tokenizer.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

fs::path tokenizers() { return shared_folder() / "data/tokenizers"; }

struct Reference {
  const char* vectors;  // ggml-vocab/ggml-vocab-NAME.gguf.{inp,out}
  const char* file;
};

class ReferenceVectors : public testing::TestWithParam<Reference> {};

std::vector<std::string> split_at(const std::string& text, const std::string& mark) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, begin)) {
    parts.push_back(text.substr(begin, at - begin));
    begin = at + mark.size();
  }
  parts.push_back(text.substr(begin));
  return parts;
}

TEST_P(ReferenceVectors, IdsEqualThoseOfThePublishedTokenizer) {
  const fs::path file = tokenizers() / GetParam().file;
  const fs::path vectors =
      tokenizers() / "ggml-vocab" / ("ggml-vocab-" + std::string(GetParam().vectors));
  if (!fs::exists(file) || !fs::exists(vectors.string() + ".gguf.inp")) {
    GTEST_SKIP() << file << " or " << vectors << " is absent";
  }
  const auto tokenizer = make_tokenizer(file.string());
  const auto texts = split_at(read_file(vectors.string() + ".gguf.inp"), "\n__ggml_vocab_test__\n");
  std::ifstream lines(vectors.string() + ".gguf.out");
  std::size_t num_compared = 0;
  for (std::string line; num_compared < texts.size() && std::getline(lines, line); ++num_compared) {
    std::istringstream id_line(line);
    std::vector<TokenId> expected;
    for (TokenId id = 0; id_line >> id;) expected.push_back(id);
    std::string text = texts[num_compared];
    if (num_compared + 1 == texts.size() && text.ends_with('\n')) text.pop_back();
    EXPECT_EQ(encoded(*tokenizer, text), expected) << num_compared << ": " << text;
  }
  EXPECT_GT(num_compared, 40u);
}

INSTANTIATE_TEST_SUITE_P(Published, ReferenceVectors,
                         testing::Values(Reference{"gpt-2", "gpt2/tokenizer.json"},
                                         Reference{"gpt-2", "olmo/test_fixture_tokenizer.json"},
                                         Reference{"mpt", "gpt-neox-20b/20B_tokenizer.json"}),
                         [](const auto& param) { return "Vectors" + std::to_string(param.index); });

class EveryTokenizer : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const fs::path file = tokenizers() / GetParam();
    if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
    tokenizer_ = make_tokenizer(file.string());
  }
  std::unique_ptr<Tokenizer> tokenizer_;
};

std::vector<std::string> corpora() {
  std::vector<std::string> texts;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(shared_folder() / "data/corpora", missing)) {
    texts.push_back(read_file(entry.path()));
  }
  return texts;
}

void append_character(std::string& text, std::uint64_t number) {
  const auto add = [&](char32_t lead, int bits, char32_t code_point) {
    text += static_cast<char>(lead | code_point >> bits);
    for (bits -= 6; bits >= 0; bits -= 6) {
      text += static_cast<char>(0x80 | (code_point >> bits & 0x3F));
    }
  };
  const auto c = static_cast<char32_t>(number);
  if (c < 0x80) return add(0, 0, c);
  if (c < 0x800) return add(0xC0, 6, c);
  if (c < 0x10000) return add(0xE0, 12, c);
  add(0xF0, 18, c);
}

/// Letters, spaces and line breaks, control characters, accents, emoji with joiners, any other
/// characters and, if requested, bytes that are not UTF-8.
std::string random_text(std::uint64_t seed, bool with_bad_bytes) {
  std::uint64_t step = 0;
  const auto below = [&](std::uint64_t limit) { return random_below(limit, seed, step++); };
  const auto add_random = [&](std::string& text) {
    switch (below(9)) {
      case 0:
        return append_character(text, below(0x80));
      case 1:
        text += " \n\r\t '"[below(6)];
        return;
      case 2:
        return append_character(text, 0x300 + below(0x70));
      case 3:
        return append_character(text, 0x1F300 + below(0x350));
      case 4:
        return append_character(text, 0x200B + below(3));
      case 5:
        return append_character(text, 0xA0 + below(0xD700));
      case 6:
        return append_character(text, 0xE000 + below(0x102000));
      case 7:
        text += with_bad_bytes ? static_cast<char>(0x80 + below(0x40)) : 'x';
        return;
      default:
        return append_character(text, 'a' + below(26));
    }
  };
  std::string text;
  for (std::uint64_t left = below(24); left > 0; --left) add_random(text);
  return text;
}

/// Both overloads of encode give the same ids, and the ends cover the text and never decrease.
void expect_consistent(const Tokenizer& tokenizer, const std::string& text, bool normalizes) {
  std::vector<TokenId> ids;
  std::vector<std::size_t> ends;
  tokenizer.encode(text, ids, ends);
  ASSERT_EQ(encoded(tokenizer, text), ids);
  ASSERT_EQ(ends.size(), ids.size());
  ASSERT_TRUE(text.empty() || ends.back() == text.size());
  ASSERT_TRUE(std::is_sorted(ends.begin(), ends.end()));
  if (normalizes) return;
  ASSERT_EQ(tokenizer.decode(ids), text);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    ASSERT_EQ(tokenizer.decode(std::span(ids).subspan(i, 1)), text.substr(begin, ends[i] - begin));
    begin = ends[i];
  }
}

bool normalizes(const std::string& file) { return file.find("neox") != std::string::npos; }

TEST_P(EveryTokenizer, RoundTripsEveryCorpusAndItsTokensCoverIt) {
  const auto texts = corpora();
  if (texts.empty()) GTEST_SKIP() << "data/corpora is absent";
  for (const std::string& text : texts)
    expect_consistent(*tokenizer_, text, normalizes(GetParam()));
}

TEST_P(EveryTokenizer, RoundTripsAHundredThousandRandomTexts) {
  for (std::uint64_t seed = 0; seed < 100000; ++seed) {
    const std::string text = random_text(seed, true);
    expect_consistent(*tokenizer_, text, normalizes(GetParam()));
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST_P(EveryTokenizer, DecodesToATextWhoseIdsAreTheSame) {
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    const auto ids = encoded(*tokenizer_, random_text(seed, false));
    const std::string normal = tokenizer_->decode(ids);
    ASSERT_EQ(encoded(*tokenizer_, normal), ids) << "seed " << seed;
  }
}

TEST_P(EveryTokenizer, PartsOfACutTextEncodeToTheIdsOfTheWhole) {
  std::vector<std::string> texts = corpora();
  std::string random;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) random += random_text(seed, true) + "  \nab cd";
  texts.push_back(random);
  for (const std::string& text : texts) {
    std::vector<TokenId> parts;
    std::size_t num_parts = 0;
    for (std::string_view rest = text; !rest.empty(); ++num_parts) {
      const std::size_t cut = tokenizer_->cut_near(rest, std::min<std::size_t>(rest.size(), 97));
      if (num_parts == 0) {
        tokenizer_->encode(rest.substr(0, cut), parts);
      } else {
        tokenizer_->encode_rest(rest.substr(0, cut), parts);
      }
      rest.remove_prefix(cut);
    }
    EXPECT_EQ(parts, encoded(*tokenizer_, text));
    EXPECT_GT(num_parts, text.size() / 1000);
  }
}

TEST_P(EveryTokenizer, EncodesTheSameOnManyThreads) {
  const std::string text = random_text(1, false) + std::string(5000, 'a') + " The cat's 1234 hats";
  const auto expected = encoded(*tokenizer_, text);
  std::vector<std::vector<TokenId>> found(4);
  std::vector<std::thread> threads;
  for (auto& ids : found) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) ids = encoded(*tokenizer_, text);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(found, testing::Each(expected));
}

INSTANTIATE_TEST_SUITE_P(Shared, EveryTokenizer,
                         testing::Values("gpt2/tokenizer.json", "gpt-neox-20b/20B_tokenizer.json",
                                         "olmo/allenai_dolma2.json"),
                         [](const auto& param) {
                           return "Tokenizer" + std::to_string(param.index);
                         });

TEST(ReferenceTokenizers, EosTokenAndVocabularyAreAsPublished) {
  const fs::path file = tokenizers() / "gpt-neox-20b/20B_tokenizer.json";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto tokenizer = make_tokenizer(file.string());
  EXPECT_EQ(tokenizer->vocab_size(), 50277);
  EXPECT_EQ(tokenizer->eos_id(), 0);
  EXPECT_EQ(tokenizer->bos_id(), 0);
  EXPECT_EQ(tokenizer->prepended_token(), std::nullopt);
  EXPECT_THAT(encoded(*tokenizer, "a<|endoftext|>  b"), testing::ElementsAre(66, 0, 50276, 67));
}

/// Expected: sentencepiece 0.2.3 for Python, SentencePieceProcessor(model_file=...).encode(text).
TEST(SentencePiece, IdsEqualThoseOfTheLibrary) {
  const fs::path file = tokenizers() / "sentencepiece/test_model.model";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto tokenizer = make_tokenizer(file.string());
  EXPECT_EQ(tokenizer->vocab_size(), 1000);
  EXPECT_EQ(tokenizer->bos_id(), 1);
  EXPECT_EQ(tokenizer->eos_id(), 2);
  const std::string text = "I saw a girl  with a telescope.";
  EXPECT_THAT(encoded(*tokenizer, text),
              testing::ElementsAre(9, 459, 11, 939, 44, 11, 4, 142, 82, 8, 28, 21, 132, 6));
  EXPECT_EQ(tokenizer->decode(encoded(*tokenizer, text)), "I saw a girl with a telescope.");
  EXPECT_EQ(covered(*tokenizer, text)[3], " girl");
}

}  // namespace
}  // namespace lamina
