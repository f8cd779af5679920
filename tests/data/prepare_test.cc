#include "lamina/data/prepare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <map>

#include "data/token_file_bytes.h"
#include "error_text.h"
#include "lamina/core/error.h"
#include "lamina/core/random.h"
#include "lamina/data/token_file.h"
#include "lamina/text/bpe_trainer.h"
#include "lamina/text/words.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

class Prepare : public testing::Test {
 protected:
  fs::path put(const std::string& name, std::string_view text) {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << text;
    return root() / name;
  }
  TextPiece piece(const std::string& name, std::string_view text) {
    return {put(name, text), name, 0, static_cast<std::int64_t>(text.size())};
  }
  const fs::path& root() const { return folder_.path(); }

  /// Every file in the cache, with its modification time.
  std::map<std::string, fs::file_time_type> cache_files() const {
    std::map<std::string, fs::file_time_type> files;
    for (const auto& entry : fs::directory_iterator(root() / "cache")) {
      files[entry.path().filename()] = entry.last_write_time();
    }
    return files;
  }
  DataSettings settings(std::vector<fs::path> train, std::vector<fs::path> validation = {}) const {
    DataSettings settings;
    for (fs::path& path : train) settings.train.push_back({std::move(path), std::nullopt});
    settings.validation = std::move(validation);
    settings.cache = root() / "cache";
    return settings;
  }
  const std::unique_ptr<Tokenizer> bytes_ = make_tokenizer("bytes");

 private:
  TemporaryFolder folder_;
};

std::vector<std::int64_t> all_tokens(const fs::path& prefix) {
  const TokenFile file(prefix, 1 << 16);
  std::vector<std::int64_t> tokens(static_cast<std::size_t>(file.num_tokens()));
  file.copy(0, tokens);
  return tokens;
}

std::string text_of(const fs::path& prefix) {
  const auto tokens = all_tokens(prefix);
  return make_tokenizer("bytes")->decode(std::vector<TokenId>(tokens.begin(), tokens.end()));
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

/// One document.
DocumentSource source_of(const std::string& text) {
  return [text](const auto& visit) { visit(text); };
}

TEST_F(Prepare, EndsEachDocumentAndCountsWhatItRead) {
  const std::vector pieces{piece("a.txt", "one two"), piece("b.txt", "\xC3\xA9 3\n")};
  const auto facts = prepare_documents({pieces, {}}, *bytes_, {}, root() / "made");
  EXPECT_THAT(all_tokens(root() / "made"),
              testing::ElementsAre('o', 'n', 'e', ' ', 't', 'w', 'o', 256, 0xC3, 0xA9, ' ', '3',
                                   '\n', 256));
  EXPECT_EQ(facts.num_tokens, 14);
  EXPECT_EQ(facts.num_documents, 2);
  EXPECT_EQ(facts.text_bytes, 12);
  EXPECT_EQ(facts.words, 4);
  EXPECT_EQ(facts.tokenizer_hash, bytes_->hash());
  EXPECT_EQ(facts.source_hash, source_hash(pieces, *bytes_));
  EXPECT_EQ(read_facts(root() / "made")->words, 4);
}

// Long enough for many jobs; some documents end in the middle of a job, some span several jobs.
TEST_F(Prepare, KeepsTheOrderOverManyJobs) {
  std::vector<TextPiece> pieces;
  std::string expected;
  std::int64_t words = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::size_t size = i % 50 == 0 ? 3'000'017 : random_below(5000, 1, i) + 1;
    std::string text(size, ' ');
    for (std::size_t at = 0; at < size; ++at) text[at] = "ab \n"[random_below(4, i, at)];
    pieces.push_back(piece(std::to_string(i) + ".txt", text));
    expected += text;
    words += count_words(text);
  }
  const auto facts = prepare_documents({pieces, {}}, *bytes_, {}, root() / "made");
  EXPECT_TRUE(text_of(root() / "made") == expected);
  EXPECT_EQ(facts.words, words);
  const TokenFile file(root() / "made", 257);
  ASSERT_EQ(file.num_documents(), 200);
  for (std::int64_t i = 0; i < 200; ++i) {
    const TextPiece& source = pieces[static_cast<std::size_t>(i)];
    EXPECT_EQ(file.document(i).end - file.document(i).begin, source.end + 1);
  }
}

// Long enough for several jobs: the text is encoded in parts, with the same tokens as the whole.
TEST_F(Prepare, ALongTextHasTheSameTokensAtAnyNumberOfThreads) {
  std::string text;
  for (std::uint64_t i = 0; text.size() < 3'000'000; ++i) {
    text += i % 9 == 8 ? ".\n" : " ";
    for (std::uint64_t letter = 0; letter <= random_below(6, 1, i); ++letter) {
      text += "abcdeno"[random_below(7, 2, i % 5000 * 8 + letter)];
    }
  }
  const DocumentSource documents = [&](const auto& visit) { visit(text); };
  const auto bpe = parse_tokenizer(train_bpe(documents, {.vocab_size = 500}), "bpe");
  std::vector<TokenId> whole;
  bpe->encode(text, whole);
  whole.push_back(bpe->eos_id());
  for (const int threads : {1, 2, 5}) {
    PrepareOptions options;
    options.threads = threads;
    prepare_documents({{piece("a.txt", text)}, {}}, *bpe, options, root() / "made");
    const auto made = all_tokens(root() / "made");
    EXPECT_TRUE(std::equal(made.begin(), made.end(), whole.begin(), whole.end())) << threads;
  }
}

TEST_F(Prepare, BadTextWritesNoFile) {
  const std::vector pieces{piece("a.txt", "good"), piece("b.txt", "one\nb\xFF")};
  EXPECT_EQ(error_text([&] {
              prepare_documents({pieces, {}}, *bytes_, {}, root() / "made/x");
            }),
            root().string() + "/b.txt:2: not UTF-8: byte 0xFF at offset 5");
  EXPECT_TRUE(fs::is_empty(root() / "made"));
}

// A hash that is not UTF-8 cannot be written as JSON: the second file fails after all text has been
// encoded.
TEST_F(Prepare, IfOneFileOfASplitFailsTheOlderFilesAreUnchanged) {
  const auto split = [&](std::string_view train, std::string_view held_out, std::string hash) {
    prepare_split({{piece("a.txt", train)}, {piece("b.txt", held_out)}, {}, 0.5, "1", hash},
                  *bytes_, {}, root() / "made/train", root() / "made/validation");
  };
  split("first", "held out", "2");
  EXPECT_ANY_THROW(split("held out", "first", "\xFF"));
  EXPECT_EQ(text_of(root() / "made/train"), "first");
  EXPECT_EQ(text_of(root() / "made/validation"), "held out");
  EXPECT_EQ(std::distance(fs::directory_iterator(root() / "made"), {}), 6);
}

TEST_F(Prepare, WarnsIfTheHeldOutShareIsFarFromTheFraction) {
  const auto log = [&](std::size_t train_bytes, std::size_t held_out_bytes, double fraction) {
    const SplitDocuments documents{{piece("a.txt", std::string(train_bytes, 'a'))},
                                   {piece("b.txt", std::string(held_out_bytes, 'b'))},
                                   {},
                                   fraction,
                                   "1",
                                   "2"};
    testing::internal::CaptureStderr();
    prepare_split(documents, *bytes_, {}, root() / "train", root() / "validation");
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_THAT(log(70, 30, 0.1),
              testing::HasSubstr((root() / "validation").string() +
                                 ": 30.0 % of the text's bytes are held out, but "
                                 "data.validation_fraction is 10.0 %: text is held out in whole "
                                 "files (of a single file, in whole lines); set data.validation to "
                                 "choose other text\n"));
  EXPECT_THAT(log(97, 3, 0.1), testing::HasSubstr("3.0 % of the text's bytes are held out"));
  const auto is_silent = testing::Not(testing::HasSubstr("are held out"));
  EXPECT_THAT(log(81, 19, 0.1), is_silent);  // less than twice the fraction
  EXPECT_THAT(log(96, 4, 0.01), is_silent);  // less than five percentage points away
}

TEST_F(Prepare, TheSourceHashDependsOnNamesRangesAndBytesButNotOnFolders) {
  const TextPiece original = piece("x/a.txt", "0123456789");
  const auto hash = [&](const TextPiece& one) { return source_hash(std::vector{one}, *bytes_); };
  EXPECT_EQ(hash({put("y/a.txt", "0123456789"), original.name, 0, 10}), hash(original));
  EXPECT_NE(hash({put("y/a.txt", "0123456780"), original.name, 0, 10}), hash(original));
  EXPECT_NE(hash({original.path, "b.txt", 0, 10}), hash(original));
  EXPECT_NE(hash({original.path, original.name, 0, 9}), hash(original));
  EXPECT_NE(hash({original.path, original.name, 1, 10}), hash(original));
}

TEST_F(Prepare, HoldsOutAPartOfTheTextAndWritesTheFilesOnlyOnce) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "line " + std::to_string(i) + "\n";
  auto single = settings({put("corpus/a.txt", text)});
  single.validation_fraction = 0.1;
  const PreparedData first = prepare_cached(single);
  ASSERT_EQ(first.train.size() * first.validation.size(), 1u);
  EXPECT_EQ(text_of(first.train[0]) + text_of(first.validation[0]), text);
  EXPECT_NEAR(static_cast<double>(text_of(first.validation[0]).size()),
              0.1 * static_cast<double>(text.size()), 9);  // a line
  EXPECT_EQ(first.vocab_size, 257);

  const auto files = cache_files();
  EXPECT_EQ(files.size(), 6u);
  const PreparedData second = prepare_cached(single);
  EXPECT_EQ(cache_files(), files);
  EXPECT_EQ(second.train, first.train);
  EXPECT_EQ(second.hash, first.hash);

  put("corpus/a.txt", "more\n" + text);
  EXPECT_NE(prepare_cached(single).hash, first.hash);
  EXPECT_EQ(cache_files().size(), 12u);
}

TEST_F(Prepare, ATokenizerToBeTrainedLearnsFromTheTrainingTextAlone) {
  const std::string text = repeated("abc abd\n", 60), held_out = repeated("xyz xyw\n", 40);
  const std::string learnt_from_text = train_bpe(source_of(text), {.vocab_size = 270});
  ASSERT_NE(train_bpe(source_of(text + held_out), {.vocab_size = 270}), learnt_from_text);
  auto lone = settings({put("lone.txt", text + held_out)});
  lone.validation_fraction = 0.4;
  lone.tokenizer = "bpe-270";
  EXPECT_EQ(read_file(prepare_cached(lone).tokenizer), learnt_from_text);
  auto apart = settings({put("a.txt", text)}, {put("b.txt", held_out)});
  apart.tokenizer = "bpe-270";
  EXPECT_EQ(read_file(prepare_cached(apart).tokenizer), learnt_from_text);
}

TEST_F(Prepare, HoldsOutWholeFilesOfAFolder) {
  for (int i = 0; i < 40; ++i) put("corpus/" + std::to_string(i) + ".txt", "text");
  auto folder = settings({root() / "corpus"});
  folder.validation_fraction = 0.3;
  const PreparedData data = prepare_cached(folder);
  const auto train = read_facts(data.train[0]), held_out = read_facts(data.validation[0]);
  EXPECT_GT(held_out->num_documents, 0);
  EXPECT_EQ(train->num_documents + held_out->num_documents, 40);
}

TEST_F(Prepare, UsesTokenFilesUnchangedTogetherWithText) {
  write_tokens(root() / "tokens/t", {1, 2, 3});
  write_tokens(root() / "tokens/v", {4});
  put("corpus/a.txt", "abc");
  const PreparedData data =
      prepare_cached(settings({root() / "tokens/t", root() / "corpus"}, {root() / "tokens/v"}));
  ASSERT_EQ(data.train.size(), 2u);
  EXPECT_EQ(data.train[0], root() / "tokens/t");
  EXPECT_EQ(text_of(data.train[1]), "abc");
  EXPECT_THAT(data.validation, testing::ElementsAre(root() / "tokens/v"));
  const std::string hash = data.hash;
  write_tokens(root() / "tokens/v", {5});
  EXPECT_NE(
      prepare_cached(settings({root() / "tokens/t", root() / "corpus"}, {root() / "tokens/v"}))
          .hash,
      hash);
}

// Like processes, the threads share only the cache.
TEST_F(Prepare, ConcurrentPreparationsOfTheSameTextAgree) {
  const auto data = settings({put("a.txt", std::string(300'000, 'x'))}, {put("b.txt", "held out")});
  std::vector<std::future<std::string>> texts;
  for (int i = 0; i < 8; ++i) {
    texts.push_back(std::async(std::launch::async, [&] {
      const PreparedData prepared = prepare_cached(data);
      return text_of(prepared.train[0]) + text_of(prepared.validation[0]);
    }));
  }
  for (auto& text : texts) EXPECT_TRUE(text.get() == std::string(300'000, 'x') + "held out");
  EXPECT_EQ(cache_files().size(), 6u);
}

TEST_F(Prepare, TrainingTextIsNoValidationTextThroughASymbolicLinkEither) {
  const fs::path file = put("corpus/a.txt", "abc");
  write_tokens(root() / "t", {1, 2, 3});
  fs::create_symlink(file, root() / "link.txt");
  fs::create_directory_symlink(root() / "corpus", root() / "folder");
  for (const char* ending : {".idx", ".bin"}) {
    fs::create_symlink((root() / "t").string() + ending, (root() / "v").string() + ending);
  }
  const auto message = [&](const fs::path& train, const fs::path& validation) {
    return error_text([&] { prepare_cached(settings({train}, {validation})); });
  };
  const std::string text_in_both = "validation: " + file.string() + " is also in data.train";
  EXPECT_EQ(message(file, root() / "link.txt"), text_in_both);
  EXPECT_EQ(message(root() / "link.txt", file), text_in_both);
  EXPECT_EQ(message(root() / "corpus", root() / "folder"), text_in_both);
  EXPECT_EQ(message(root() / "t", root() / "v"),
            "validation: " + (root() / "t.idx").string() + " is also in data.train");
}

TEST_F(Prepare, NamesTheSettingThatDoesNotFit) {
  put("corpus/a.txt", "abc");
  write_tokens(root() / "t", {1, 2, 3});
  const std::string at = root().string();
  const auto message = [&](const DataSettings& data) {
    return error_text([&] { prepare_cached(data); });
  };
  EXPECT_THROW(prepare_cached(settings({})), UsageError);
  EXPECT_EQ(message(settings({})), "train: is empty; expected at least one path");
  EXPECT_EQ(
      message(settings({root() / "none"})),
      "train: " + at + "/none: no such file or folder, and no token file (" + at + "/none.idx)");
  EXPECT_EQ(message(settings({root() / "t"})),
            "validation: must be set, because data.train contains a token file, of which no "
            "part can be held out: " +
                at + "/t");
  EXPECT_EQ(message(settings({root() / "corpus"}, {root() / "corpus/a.txt"})),
            "validation: " + at + "/corpus/a.txt is also in data.train");
  EXPECT_EQ(message(settings({root() / "t"}, {root() / "t"})),
            "validation: " + at + "/t.idx is also in data.train");
  write_file_atomically(root() / "t.json", facts_text({"gpt2", "abc", 9, 3, 1, 20, 4, "def"}));
  EXPECT_EQ(message(settings({root() / "t"}, {root() / "corpus"})),
            "tokenizer: got bytes (" + bytes_->hash() +
                "); expected gpt2 (abc), the tokenizer of the token file " + at + "/t");
}

}  // namespace
}  // namespace lamina
