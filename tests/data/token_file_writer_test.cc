#include "lamina/data/token_file_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/token_file_bytes.h"
#include "error_text.h"
#include "lamina/data/token_file.h"
#include "temporary_folder.h"
#include "write_faults.h"

namespace lamina {
namespace {

class TokenFileWriterTest : public testing::Test {
 protected:
  std::filesystem::path prefix() const { return folder_.path() / "made/corpus"; }
  std::string bytes(const char* ending) const { return read_file(prefix().string() + ending); }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(prefix().parent_path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }
  /// Makes a later `commit` fail: PREFIX.bin cannot be replaced.
  void put_folder_in_place_of_tokens() const {
    const std::filesystem::path tokens = prefix().string() + ".bin";
    std::filesystem::remove(tokens);
    std::filesystem::create_directory(tokens);
  }
  /// Two documents: 5, 6, 7 and 8.
  void write(TokenFileWriter& writer) const {
    writer.append(std::vector<TokenId>{5, 6});
    writer.append(std::vector<TokenId>{7});
    writer.end_document();
    writer.append(std::vector<TokenId>{8});
    writer.end_document();
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(TokenFileWriterTest, WritesMegatronsFormat) {
  TokenFileWriter writer(prefix(), 65499);
  write(writer);
  writer.finish({});
  IndexBytes index;
  index.type = 8;
  index.lengths = {3, 1};
  index.pointers = {0, 6};
  index.documents = {0, 1, 2};
  EXPECT_EQ(bytes(".idx"), index.bytes());
  EXPECT_EQ(bytes(".bin"), token_bytes({5, 6, 7, 8}, 2));
}

TEST_F(TokenFileWriterTest, RetriesInterruptedAndShortWrites) {
  {
    const WriteFaults faults({.interrupted = true, .most_bytes = 3});
    TokenFileWriter writer(prefix(), 65499);
    write(writer);
    writer.finish({});
  }
  IndexBytes index;
  index.type = 8;
  index.lengths = {3, 1};
  index.pointers = {0, 6};
  index.documents = {0, 1, 2};
  EXPECT_EQ(bytes(".idx"), index.bytes());
  EXPECT_EQ(bytes(".bin"), token_bytes({5, 6, 7, 8}, 2));
}

TEST_F(TokenFileWriterTest, AFullDiskIsAnErrorAndNoFileRemains) {
  const WriteFaults faults({.free_bytes = 5});
  const std::string message = error_text([&] {
    TokenFileWriter writer(prefix(), 65499);
    write(writer);
    writer.finish({});
  });
  EXPECT_TRUE(message.starts_with(prefix().string() + ".bin.partial-")) << message;
  EXPECT_TRUE(message.ends_with(": cannot write: No space left on device")) << message;
  EXPECT_TRUE(names().empty());
}

TEST_F(TokenFileWriterTest, UsesFourBytesForALargeVocabulary) {
  TokenFileWriter writer(prefix(), 65500);
  write(writer);
  writer.finish({});
  IndexBytes index;
  index.type = 4;
  index.lengths = {3, 1};
  index.pointers = {0, 12};
  index.documents = {0, 1, 2};
  EXPECT_EQ(bytes(".idx"), index.bytes());
  EXPECT_EQ(bytes(".bin"), token_bytes({5, 6, 7, 8}, 4));
}

TEST_F(TokenFileWriterTest, ContinuesALongDocumentInTheNextSequence) {
  TokenFileWriter writer(prefix(), 100, 2);
  writer.append(std::vector<TokenId>{1, 2, 3, 4, 5});
  writer.end_document();
  writer.append(std::vector<TokenId>{6, 7});
  writer.end_document();
  writer.finish({});
  IndexBytes index;
  index.lengths = {2, 2, 1, 2};
  index.pointers = {0, 4, 8, 10};
  index.documents = {0, 3, 4};
  EXPECT_EQ(bytes(".idx"), index.bytes());
  const TokenFile file(prefix(), 100);
  EXPECT_EQ(file.document(0).end, 5);
  EXPECT_EQ(file.document(1).end, 7);
}

TEST_F(TokenFileWriterTest, WritesTheMetadata) {
  TokenFileWriter writer(prefix(), 300);
  write(writer);
  TokenFileFacts given;
  given.tokenizer_name = "bytes";
  given.tokenizer_hash = "12ab";
  given.text_bytes = 40;
  given.words = 9;
  given.skipped_documents = 3;
  given.source_hash = "34cd";
  EXPECT_EQ(writer.finish(given).num_tokens, 4);
  EXPECT_EQ(bytes(".json"), R"({
  "format": "lamina token file",
  "version": 1,
  "tokenizer": {
    "name": "bytes",
    "hash": "12ab",
    "vocab_size": 300
  },
  "num_tokens": 4,
  "num_documents": 2,
  "text_bytes": 40,
  "words": 9,
  "skipped_documents": 3,
  "source_hash": "34cd"
}
)");
}

TEST_F(TokenFileWriterTest, FinalNamesAppearOnlyAfterFinish) {
  {
    TokenFileWriter abandoned(prefix(), 300);
    write(abandoned);
    for (const std::string& name : names()) EXPECT_THAT(name, testing::HasSubstr(".partial-"));
  }
  EXPECT_THAT(names(), testing::IsEmpty());
  TokenFileWriter writer(prefix(), 300);
  write(writer);
  writer.finish({});
  EXPECT_THAT(names(), testing::UnorderedElementsAre("corpus.bin", "corpus.idx", "corpus.json"));
}

TEST_F(TokenFileWriterTest, ReplacesAnOlderPairAsAWhole) {
  write_pair(prefix(), "old index", "old tokens");
  TokenFileWriter writer(prefix(), 300);
  write(writer);
  EXPECT_EQ(bytes(".idx"), "old index");
  writer.finish({});
  EXPECT_EQ(TokenFile(prefix(), 300).num_tokens(), 4);
}

TEST_F(TokenFileWriterTest, AnOlderPairIsUnchangedUntilCommit) {
  write_pair(prefix(), "old index", "old tokens");
  TokenFileWriter writer(prefix(), 300);
  write(writer);
  EXPECT_EQ(writer.complete({}).num_tokens, 4);
  EXPECT_EQ(bytes(".idx"), "old index");
  EXPECT_EQ(bytes(".bin"), "old tokens");
  TokenFileWriter::commit({&writer});
  EXPECT_EQ(TokenFile(prefix(), 300).num_tokens(), 4);
}

TEST_F(TokenFileWriterTest, AllOlderIndexesAreRemovedBeforeTheFirstNewFileAppears) {
  const std::filesystem::path other = prefix().string() + "-other";
  write_pair(prefix(), "old index", "old tokens");
  write_pair(other, "old index", "old tokens");
  TokenFileWriter first(prefix(), 300), second(other, 300);
  for (TokenFileWriter* writer : {&first, &second}) {
    write(*writer);
    writer->complete({});
  }
  put_folder_in_place_of_tokens();
  EXPECT_THROW(TokenFileWriter::commit({&first, &second}), std::filesystem::filesystem_error);
  EXPECT_FALSE(is_token_file(prefix()));
  EXPECT_FALSE(is_token_file(other));
}

TEST_F(TokenFileWriterTest, AnEqualIndexStaysOnlyIfTheMetadataAreEqualToo) {
  const auto finish = [&](const char* source_hash) {
    TokenFileWriter writer(prefix(), 300);
    write(writer);
    TokenFileFacts facts;
    facts.source_hash = source_hash;
    writer.finish(facts);
  };
  for (const std::string source_hash : {"old", "new"}) {
    finish("old");
    put_folder_in_place_of_tokens();
    EXPECT_THROW(finish(source_hash.c_str()), std::filesystem::filesystem_error);
    EXPECT_EQ(is_token_file(prefix()), source_hash == "old");
    std::filesystem::remove(prefix().string() + ".bin");
  }
}

TEST_F(TokenFileWriterTest, RemovesPartialFilesOfKilledWriters) {
  for (const char* ending :
       {".idx.partial-1", ".idx.partial-2", ".bin.partial-2", ".idx.partial-3", ".json.partial-3",
        ".bin.partial-4", ".json.partial-4", ".json.partial-5"}) {
    write_file_atomically(prefix().string() + ending, "half");
  }
  { const TokenFileWriter writer(prefix(), 300); }
  EXPECT_THAT(names(), testing::IsEmpty());
}

TEST_F(TokenFileWriterTest, KeepsPartialFilesOfAnotherOpenWriter) {
  TokenFileWriter first(prefix(), 300);
  write(first);
  const TokenFileWriter beside_open(prefix(), 300);
  first.complete({});
  const TokenFileWriter beside_complete(prefix(), 300);
  TokenFileWriter::commit({&first});
  EXPECT_EQ(TokenFile(prefix(), 300).num_tokens(), 4);
}

TEST_F(TokenFileWriterTest, TwoWritersOfTheSameContentAreHarmless) {
  TokenFileWriter first(prefix(), 300), second(prefix(), 300);
  write(first);
  write(second);
  first.finish({});
  const TokenFile reader(prefix(), 300);
  second.finish({});
  std::vector<std::int64_t> tokens(4);
  reader.copy(0, tokens);
  EXPECT_THAT(tokens, testing::ElementsAre(5, 6, 7, 8));
  EXPECT_EQ(TokenFile(prefix(), 300).num_tokens(), 4);
  EXPECT_EQ(names().size(), 3u);
}

TEST_F(TokenFileWriterTest, ATokenOutsideTheVocabularyIsAnError) {
  TokenFileWriter writer(prefix(), 300);
  EXPECT_EQ(error_text([&] {
              writer.append(std::vector<TokenId>{1, 300});
            }),
            prefix().string() + ": got token 300; expected 0 to 299");
  EXPECT_EQ(error_text([&] { writer.append(std::vector<TokenId>{-1}); }),
            prefix().string() + ": got token -1; expected 0 to 299");
}

TEST_F(TokenFileWriterTest, AFolderThatCannotBeCreatedIsAnError) {
  write_file_atomically(prefix(), "a file");
  EXPECT_EQ(error_text([&] { TokenFileWriter(prefix() / "corpus", 300); }),
            prefix().string() + ": cannot create this folder: Not a directory");
}

}  // namespace
}  // namespace lamina
