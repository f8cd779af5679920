#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "arrow_files.h"
#include "data/token_file_bytes.h"
#include "error_text.h"
#include "lamina/core/files.h"
#include "lamina/core/random.h"
#include "lamina/data/prepare.h"
#include "lamina/data/token_file.h"
#include "lamina/text/bpe_trainer.h"
#include "lamina/text/held_out.h"
#include "parquet_file.h"
#include "shared_folder.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

class PrepareRows : public testing::Test {
 protected:
  fs::path put(const std::string& name, std::string_view text) {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << text;
    return root() / name;
  }
  DataSettings settings(std::vector<TrainingEntry> train) const {
    DataSettings settings;
    settings.train = std::move(train);
    settings.cache = root() / "cache";
    return settings;
  }
  /// A file of documents "document 1", "document 2", ...
  fs::path numbered(const std::string& name, int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i) {
      lines += "{\"text\": \"document " + std::to_string(i) + "\"}\n";
    }
    return put(name, lines);
  }
  CorpusFile corpus_file(const fs::path& path) const {
    return {path, path.filename().string(), static_cast<std::int64_t>(fs::file_size(path))};
  }
  const fs::path& root() const { return folder_.path(); }
  const std::unique_ptr<Tokenizer> bytes_ = make_tokenizer("bytes");

 private:
  TemporaryFolder folder_;
};

std::vector<std::string> documents_of(const fs::path& prefix) {
  const TokenFile file(prefix, 257);
  std::vector<std::string> documents;
  for (std::int64_t i = 0; i < file.num_documents(); ++i) {
    std::vector<std::int64_t> tokens(
        static_cast<std::size_t>(file.document(i).end - file.document(i).begin));
    file.copy(file.document(i).begin, tokens);
    EXPECT_EQ(tokens.back(), 256);
    documents.push_back(
        make_tokenizer("bytes")->decode(std::vector<TokenId>(tokens.begin(), tokens.end())));
  }
  return documents;
}

TEST_F(PrepareRows, EachRowIsADocument) {
  const fs::path file = put("a.jsonl", "{\"text\": \"one two\"}\n{\"text\": \"\\u00e9\"}\n");
  const auto facts = prepare_documents({{}, {corpus_file(file)}}, *bytes_, {}, root() / "made");
  EXPECT_THAT(documents_of(root() / "made"), testing::ElementsAre("one two", "\xC3\xA9"));
  EXPECT_EQ(facts.num_documents, 2);
  EXPECT_EQ(facts.text_bytes, 9);
  EXPECT_EQ(facts.words, 3);
  EXPECT_EQ(facts.tokenizer_hash, bytes_->hash());
}

TEST_F(PrepareRows, TheBytesDoNotDependOnTheNumberOfThreads) {
  std::string lines;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    lines += "{\"text\": \"" + std::string(1 + random_below(400, 1, i), 'a') + "\"}\n";
  }
  lines += "{\"text\": \"" + std::string(3'000'000, 'b') + "\"}\n";
  const DocumentSet documents{{}, {corpus_file(put("a.jsonl", lines))}};
  std::set<std::string> made;
  for (const int threads : {1, 2, 5}) {
    PrepareOptions options;
    options.threads = threads;
    prepare_documents(documents, *bytes_, options, root() / "made");
    made.insert(read_file(root() / "made.bin") + read_file(root() / "made.idx") +
                read_file(root() / "made.json"));
  }
  EXPECT_EQ(made.size(), 1u);
}

TEST_F(PrepareRows, SkipsAndCountsBadDocumentsIfSet) {
  const fs::path file =
      put("a.jsonl",
          "{\"text\": \"one\"}\n{\"text\": 2}\nnot\n{\"text\": \"\xFF\"}\n{\"text\": \"5\"}\n");
  PrepareOptions options;
  const DocumentSet documents{{}, {corpus_file(file)}};
  EXPECT_EQ(error_text([&] { prepare_documents(documents, *bytes_, options, root() / "made"); }),
            file.string() + ":2: column \"text\": got number; expected text");
  EXPECT_FALSE(fs::exists(root() / "made.idx"));
  options.on_bad_document = BadDocument::kSkip;
  const auto facts = prepare_documents(documents, *bytes_, options, root() / "made");
  EXPECT_THAT(documents_of(root() / "made"), testing::ElementsAre("one", "5"));
  EXPECT_EQ(facts.skipped_documents, 3);
  EXPECT_EQ(read_facts(root() / "made")->skipped_documents, 3);
}

TEST_F(PrepareRows, NullRowsOfColumnsAreBadDocumentsAndCounted) {
  const std::vector<std::optional<std::string>> values{"one", {}, "three", {}, {}};
  const fs::path arrow = root() / "a.arrow", parquet = root() / "a.parquet";
  write_arrow(arrow, "text", text_array(values));
  write_parquet(parquet, "text", text_array(values));
  for (const fs::path& file : {arrow, parquet}) {
    const DocumentSet documents{{}, {corpus_file(file)}};
    PrepareOptions options;
    EXPECT_EQ(error_text([&] { prepare_documents(documents, *bytes_, options, root() / "made"); }),
              file.string() + ": row 2: column \"text\": got null; expected text");
    options.on_bad_document = BadDocument::kSkip;
    const auto facts = prepare_documents(documents, *bytes_, options, root() / "made");
    EXPECT_THAT(documents_of(root() / "made"), testing::ElementsAre("one", "three"));
    EXPECT_EQ(facts.num_documents, 2);
    EXPECT_EQ(facts.skipped_documents, 3);
  }
}

TEST_F(PrepareRows, TheFirstFaultOfTheInputIsTheOneReported) {
  const fs::path bad_row = put("a.jsonl", "{\"text\": 1}\n");
  const fs::path damaged = put("b.jsonl.gz", "no gzip");
  EXPECT_EQ(error_text([&] {
              prepare_documents({{}, {corpus_file(bad_row), corpus_file(damaged)}}, *bytes_, {},
                                root() / "made");
            }),
            bad_row.string() + ":1: column \"text\": got number; expected text");
}

TEST_F(PrepareRows, ReportsTheFirstErrorBeforeMuchTextAndAnotherError) {
  std::string rows = "{\"text\": 1}\n";
  const std::string row = "{\"text\": \"" + std::string(1000, 'a') + "\"}\n";
  for (int i = 0; i < 8000; ++i) rows += row;
  const fs::path file = put("long.jsonl", rows + "{\"text\": 2}\n");
  PrepareOptions options;
  options.threads = 1;
  EXPECT_EQ(error_text([&] {
              prepare_documents({{}, {corpus_file(file)}}, *bytes_, options, root() / "made");
            }),
            file.string() + ":1: column \"text\": got number; expected text");
}

TEST_F(PrepareRows, TextsOfEqualLengthHaveDifferentDataHashes) {
  std::string text(4'000'000, 'a');
  const auto hash_of_text = [&] {
    auto data = settings({{put("a.txt", text), std::nullopt}});
    data.validation = {put("held_out.txt", "b")};
    return prepare_cached(data).hash;
  };
  const std::string before = hash_of_text();
  text[1'999'000] = 'c';  // between the blocks of the token file that are hashed
  EXPECT_NE(hash_of_text(), before);
}

TEST_F(PrepareRows, OneFileOfATokenFileIsAnError) {
  auto data = settings({{put("a.txt", "text"), std::nullopt}});
  data.validation = {put("held_out.txt", "b")};
  const fs::path prefix = prepare_cached(data).train[0];
  data.train = {{prefix.string() + ".bin", std::nullopt}};
  EXPECT_EQ(error_text([&] { prepare_cached(data); }),
            "train: got " + prefix.string() +
                ".bin, one file of a token file; expected its prefix " + prefix.string());
}

TEST_F(PrepareRows, ADamagedFileIsAnErrorEvenIfBadDocumentsAreSkipped) {
  PrepareOptions options;
  options.on_bad_document = BadDocument::kSkip;
  const fs::path damaged = put("b.jsonl.gz", "no gzip");
  EXPECT_EQ(error_text([&] {
              prepare_documents({{}, {corpus_file(damaged)}}, *bytes_, options, root() / "made");
            }),
            damaged.string() + ":1: the gzip data are damaged: incorrect header check");
  const fs::path none = put("c.jsonl", "x\ny\n");
  EXPECT_EQ(error_text([&] {
              prepare_documents({{}, {corpus_file(none)}}, *bytes_, options, root() / "made");
            }),
            none.string() + ": no documents (2 skipped)");
}

TEST_F(PrepareRows, HoldsOutDocumentsByNameAndNumber) {
  auto data = settings({{numbered("a.jsonl", 1000), std::nullopt}});
  data.validation_fraction = 0.1;
  const PreparedData made = prepare_cached(data);
  ASSERT_EQ(made.train.size() + made.validation.size(), 2u);
  const auto train = documents_of(made.train[0]), held_out = documents_of(made.validation[0]);
  EXPECT_EQ(train.size() + held_out.size(), 1000u);
  EXPECT_NEAR(static_cast<double>(held_out.size()), 100, 40);  // four standard deviations
  std::set<std::string> all(train.begin(), train.end());
  all.insert(held_out.begin(), held_out.end());
  EXPECT_EQ(all.size(), 1000u);

  numbered("a.jsonl", 2000);  // additional documents do not reassign the others
  const auto more = documents_of(prepare_cached(data).validation[0]);
  ASSERT_GT(more.size(), held_out.size());
  EXPECT_TRUE(std::equal(held_out.begin(), held_out.end(), more.begin()));
}

TEST_F(PrepareRows, ATokenizerToBeTrainedPassesOverTheDocumentsHeldOut) {
  const CorpusFile file{root() / "a.jsonl", "a.jsonl", 0};
  std::string lines;
  std::vector<std::string> texts;
  for (std::int64_t number = 1; number <= 200; ++number) {
    const bool held_out = is_held_out(file, number, 0.3);
    const std::string text = held_out ? "xyz xyw" : "abc abd";
    if (!held_out) texts.push_back(text);
    lines += "{\"text\": \"" + text + "\"}\n";
  }
  auto data = settings({{put("a.jsonl", lines), std::nullopt}});
  data.validation_fraction = 0.3;
  data.tokenizer = "bpe-270";
  const DocumentSource training_texts = [&](const auto& visit) {
    for (const std::string& text : texts) visit(text);
  };
  EXPECT_EQ(read_file(prepare_cached(data).tokenizer),
            train_bpe(training_texts, {.vocab_size = 270}));
}

TEST_F(PrepareRows, SaysWhatToDoWhereAPartWouldBeEmpty) {
  const fs::path file = numbered("a.jsonl", 3);
  auto data = settings({{file, std::nullopt}});
  data.validation_fraction = 0.0001;
  EXPECT_EQ(error_text([&] { prepare_cached(data); }),
            file.string() +
                ": data.validation_fraction 0.0001 holds out none of the 3 documents; increase it, "
                "or set data.validation");
}

TEST_F(PrepareRows, SettingsThatChangeTheTokensChangeTheCachedFile) {
  const fs::path file = put("a.jsonl", "{\"text\": \"ab\", \"body\": \"cd\"}\n");
  auto data = settings({{file, std::nullopt}});
  data.validation = {put("v.txt", "held out")};
  const PreparedData text = prepare_cached(data);
  data.text_column = "body";
  const PreparedData body = prepare_cached(data);
  EXPECT_NE(text.train, body.train);
  EXPECT_THAT(documents_of(body.train[0]), testing::ElementsAre("cd"));
  EXPECT_EQ(prepare_cached(data).hash, body.hash);
}

TEST_F(PrepareRows, EachWeightedEntryIsASource) {
  write_tokens(root() / "t", std::vector<std::int64_t>(50, 9));
  auto data = settings({{root() / "t", 1.0}, {numbered("a.jsonl", 20), 2.0}});
  data.validation = {put("v.txt", "held out")};
  const PreparedData made = prepare_cached(data);
  ASSERT_EQ(made.sources.size(), 2u);
  EXPECT_EQ(made.sources[0].prefixes, std::vector<fs::path>{root() / "t"});
  EXPECT_EQ(made.sources[1].weight, 2);
  EXPECT_EQ(documents_of(made.sources[1].prefixes[0]).size(), 20u);
  EXPECT_EQ(made.train.size(), 2u);
  data.train[1].weight = 3;
  EXPECT_NE(prepare_cached(data).hash, made.hash);
  data.train[1].weight.reset();
  EXPECT_EQ(error_text([&] { prepare_cached(data); }),
            "train: " + (root() / "t").string() + " has a weight and " +
                (root() / "a.jsonl").string() +
                " has none; expected weights for all paths, or for none");
}

TEST_F(PrepareRows, AFileOfTwoSourcesIsAnErrorIfAPartIsHeldOut) {
  const fs::path file = numbered("corpus/sub/a.jsonl", 20);
  auto data = settings({{root() / "corpus", 1.0}, {root() / "corpus/sub", 1.0}});
  EXPECT_EQ(error_text([&] { prepare_cached(data); }),
            "train: " + file.string() + " is in both " + (root() / "corpus").string() + " and " +
                (root() / "corpus/sub").string() +
                ", so text held out of one could be training text of the other; remove it from one "
                "of them, or set data.validation");
  data.validation = {put("v.txt", "held out")};
  EXPECT_EQ(prepare_cached(data).sources.size(), 2u);
}

TEST_F(PrepareRows, OutputGoesToTheGivenPrefix) {
  auto data = settings({{numbered("a.jsonl", 500), std::nullopt}});
  const PreparedData made = prepare_cached(data, root() / "out/mine");
  EXPECT_THAT(made.train, testing::ElementsAre(root() / "out/mine-train"));
  EXPECT_THAT(made.validation, testing::ElementsAre(root() / "out/mine-validation"));
  EXPECT_FALSE(fs::exists(root() / "cache"));
  data.train = {{root() / "out/mine-train", std::nullopt}};
  data.validation = {root() / "out/mine-validation"};
  EXPECT_EQ(prepare_cached(data).train, made.train);
}

TEST_F(PrepareRows, ParquetAndArrowGiveTheSameTokensAsJson) {
  const fs::path data = shared_folder() / "data";
  const auto made = [&](const fs::path& file, const std::string& column) {
    PrepareOptions options;
    options.text_column = column;
    prepare_documents({{}, {corpus_file(file)}}, *bytes_, options, root() / "made");
    return read_file(root() / "made.bin") + read_file(root() / "made.idx");
  };
  if (!fs::exists(data)) GTEST_SKIP() << data << " is absent";
  EXPECT_TRUE(made(data / "formats/parquet_made_with_duckdb/wikitext_test_pages.zstd.parquet",
                   "page") == made(data / "wikitext/test_pages.jsonl", "page"));
  EXPECT_TRUE(made(data / "piqa/hf_save_to_disk/validation/data-00000-of-00001.arrow", "goal") ==
              made(data / "piqa/validation.jsonl", "goal"));
}

}  // namespace
}  // namespace lamina
