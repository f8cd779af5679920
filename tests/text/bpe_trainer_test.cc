#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "error_text.h"
#include "lamina/core/files.h"
#include "peer_python.h"
#include "temporary_folder.h"
#include "text/small_tokenizer.h"

namespace lamina {
namespace {

using testing::ElementsAre;

std::vector<std::string> merges_of(const std::vector<std::string>& texts, std::int64_t vocab_size) {
  const Json file = Json::parse(train_bpe(documents_of(texts), {.vocab_size = vocab_size}));
  return file["model"]["merges"].get<std::vector<std::string>>();
}

TEST(BpeTrainer, MergesTheMostFrequentPairFirst) {
  // By hand: "ab" occurs 4 times, then "abc" 3 times; "xy" occurs twice.
  EXPECT_THAT(merges_of({"abc", "abc", "abc", "ab", "xy", "xy"}, 260),
              ElementsAre("a b", "ab c", "x y"));
}

TEST(BpeTrainer, BreaksTiesByTheSmallerIds) {
  EXPECT_THAT(merges_of({"zb", "zb", "az", "az", "ab", "ab"}, 260),
              ElementsAre("a b", "a z", "z b"));
}

TEST(BpeTrainer, CountsOverlappingPairsAsTheyMerge) {
  // "aaaa": each two letters merge, then the two results.
  EXPECT_THAT(merges_of({"aaaa", "aaaa"}, 300), ElementsAre("a a", "aa aa"));
}

TEST(BpeTrainer, StopsWhenPairsAreTooRare) {
  EXPECT_THAT(merges_of({"ab", "ab", "cd"}, 300), ElementsAre("a b"));
  const std::string all =
      train_bpe(documents_of({"ab", "ab", "cd"}), {.vocab_size = 300, .min_count = 1});
  EXPECT_EQ(Json::parse(all)["model"]["merges"].size(), 2u);
}

TEST(BpeTrainer, GivesTheSameResultForAnyNumberOfThreadsAndOrderOfDocuments) {
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) {
    texts.push_back("line " + std::to_string(i * i) + " of the text\r\n" + std::string(500, ' '));
  }
  const auto train = [&](int threads) {
    return train_bpe(documents_of(texts), {.vocab_size = 400, .num_threads = threads});
  };
  const std::string one = train(1);
  EXPECT_EQ(train(4), one);
  std::reverse(texts.begin(), texts.end());
  EXPECT_EQ(train(2), one);
}

TEST(BpeTrainer, LearnsFromOneLongDocumentAsFromItsWords) {
  std::vector<std::string> words;
  std::string document;
  for (int i = 0; i < 200000; ++i) {
    words.push_back(" word" + std::to_string(i % 77 * i % 1000));
    document += words.back();
  }
  ASSERT_GT(document.size(), std::size_t{1} << 20);  // more than one batch
  EXPECT_EQ(merges_of({document}, 400), merges_of(words, 400));
}

TEST(BpeTrainer, ItsResultCanBeReadAndEncodesEverything) {
  const auto tokenizer = parse_tokenizer(small_tokenizer(280).dump(), "trained");
  EXPECT_EQ(tokenizer->vocab_size(), 280);
  EXPECT_EQ(tokenizer->eos_id(), 0);
  std::string bytes;
  for (int i = 0; i < 512; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(tokenizer->decode(encoded(*tokenizer, bytes + "the hat")), bytes + "the hat");
  EXPECT_THAT(covered(*tokenizer, "<|endoftext|> that"), ElementsAre("<|endoftext|>", " that"));
}

TEST(BpeTrainer, PassesOnWhatADocumentSourceThrows) {
  const DocumentSource failing = [](const auto&) { throw Error("the disk is gone"); };
  EXPECT_EQ(error_text([&] { train_bpe(failing, {.vocab_size = 300}); }), "the disk is gone");
}

TEST(BpeTrainer, SaysHowManyTokensAreNeeded) {
  EXPECT_EQ(error_text([] { train_bpe(documents_of({}), {.vocab_size = 256}); }),
            "vocab_size: got 256; expected at least 257: the 256 bytes and <|endoftext|>");
}

/// Hugging Face `tokenizers` reads the file and gives the same ids, and its trainer gives the same
/// merges; `tiktoken` gives the same ids from the same ranks.
TEST(BpeTrainer, HuggingFaceReadsTheFileAndLearnsTheSameAndTiktokenAgrees) {
  const std::string python = peer_python();
  if (std::system((python + " -c 'import tokenizers, tiktoken' 2>/dev/null").c_str()) != 0) {
    GTEST_SKIP() << python << " has no tokenizers or no tiktoken";
  }
  const TemporaryFolder folder;
  const std::string text = read_file(LAMINA_SOURCE_DIR "/README.md");
  const std::string json = train_bpe(documents_of({text}), {.vocab_size = 700});
  std::ofstream(folder.path() / "tokenizer.json") << json;
  std::ofstream(folder.path() / "text") << text;
  std::ofstream(folder.path() / "check.py") << R"(
import json, tiktoken, tokenizers
text = open('text', newline='').read()
read = tokenizers.Tokenizer.from_file('tokenizer.json')
own = tokenizers.Tokenizer(tokenizers.models.BPE())
own.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
own.train_from_iterator([text], tokenizers.trainers.BpeTrainer(
    vocab_size=700, min_frequency=2, special_tokens=['<|endoftext|>'], show_progress=False,
    initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()))
learned = json.loads(own.to_str())['model']
written = json.load(open('tokenizer.json'))['model']
pairs = lambda model: [m.split(' ') if isinstance(m, str) else m for m in model['merges']]
assert pairs(learned) == pairs(written), 'merges'
assert learned['vocab'] == written['vocab'], 'vocabulary'
ids = read.encode(text, add_special_tokens=False).ids
visible = [b for b in range(256) if 33 <= b <= 126 or b >= 161 and b != 173]
others = [b for b in range(256) if b not in visible]
byte_of = dict(zip(map(chr, visible + list(range(256, 256 + len(others)))), visible + others))
end = written['vocab'].pop('<|endoftext|>')
tiktoken_ids = tiktoken.Encoding('trained', special_tokens={'<|endoftext|>': end},
    mergeable_ranks={bytes(map(byte_of.get, t)): i for t, i in written['vocab'].items()},
    pat_str=r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
).encode_ordinary(text)
assert tiktoken_ids == ids, 'tiktoken'
print(*ids)
)";
  const std::string line = "cd " + folder.path().string() + " && " + python + " check.py >ids";
  ASSERT_EQ(std::system(line.c_str()), 0);
  std::ifstream id_file(folder.path() / "ids");
  std::vector<TokenId> expected;
  for (TokenId id = 0; id_file >> id;) expected.push_back(id);
  EXPECT_EQ(encoded(*parse_tokenizer(json, "trained"), text), expected);
}

}  // namespace
}  // namespace lamina
