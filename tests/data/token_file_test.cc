#include "lamina/data/token_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "data/token_file_bytes.h"
#include "error_text.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

class TokenFileTest : public testing::Test {
 protected:
  std::filesystem::path prefix() const { return folder_.path() / "corpus.v1"; }
  std::string at(const char* ending) const { return prefix().string() + ending; }
  std::vector<std::int64_t> tokens(const TokenFile& file, TokenRange range) const {
    std::vector<std::int64_t> out(static_cast<std::size_t>(range.end - range.begin));
    file.copy(range.begin, out);
    return out;
  }

 private:
  TemporaryFolder folder_;
};

/// 7 tokens in five sequences and three documents, of which the second is empty.
IndexBytes three_documents(std::int64_t type, std::int64_t bytes_each) {
  IndexBytes index;
  index.type = type;
  index.lengths = {2, 1, 0, 3, 1};
  index.pointers = {0, 2 * bytes_each, 3 * bytes_each, 3 * bytes_each, 6 * bytes_each};
  index.documents = {0, 2, 3, 5};
  return index;
}

TEST_F(TokenFileTest, ReadsEveryTypeThatHoldsTokens) {
  struct Case {
    std::int64_t type, bytes_each, large;
  };
  for (const auto& [type, bytes_each, large] :
       {Case{1, 1, 255}, Case{8, 2, 65535}, Case{4, 4, 0x7FFFFFFF}, Case{5, 8, 1LL << 40}}) {
    const std::vector<std::int64_t> all{3, 1, 4, large, 5, 9, 2};
    write_pair(prefix(), three_documents(type, bytes_each).bytes(),
               token_bytes(all, static_cast<int>(bytes_each)));
    const TokenFile file(prefix(), large + 1);
    EXPECT_EQ(file.num_tokens(), 7);
    EXPECT_EQ(file.num_documents(), 3);
    EXPECT_THAT(tokens(file, {0, 7}), testing::ElementsAreArray(all));
    EXPECT_THAT(tokens(file, file.document(0)), testing::ElementsAre(3, 1, 4));
    EXPECT_THAT(tokens(file, file.document(1)), testing::IsEmpty());
    EXPECT_THAT(tokens(file, file.document(2)), testing::ElementsAre(large, 5, 9, 2));
    EXPECT_THAT(tokens(file, {2, 5}), testing::ElementsAre(4, large, 5));
  }
}

TEST_F(TokenFileTest, AFileWithoutTokensIsValid) {
  IndexBytes index;
  index.documents = {0};
  write_pair(prefix(), index.bytes(), "");
  const TokenFile file(prefix(), 10);
  EXPECT_EQ(file.num_tokens(), 0);
  EXPECT_EQ(file.num_documents(), 0);
}

TEST_F(TokenFileTest, EveryInvalidFieldOfAnIndexIsNamed) {
  struct Case {
    std::function<void(IndexBytes&)> damage;
    const char* message;
  };
  const std::vector<Case> cases{
      {[](IndexBytes& i) { i.magic[0] = 'N'; },
       "expected the 34-byte header of a Megatron token index (MMIDIDX) at the beginning"},
      {[](IndexBytes& i) { i.version = 2; }, "got version 2; expected 1"},
      {[](IndexBytes& i) { i.type = 7; },
       "got token type 7 (float32); expected 1 (uint8), 4 (int32), 5 (int64) or 8 (uint16)"},
      {[](IndexBytes& i) { i.type = 0; },
       "got token type 0 (unknown); expected 1 (uint8), 4 (int32), 5 (int64) or 8 (uint16)"},
      {[](IndexBytes& i) { i.pointers.pop_back(); },
       "5 sequences and 4 document index entries do not fit a file of 118 bytes"},
      {[](IndexBytes& i) { i.lengths[1] = -1; }, "sequence 1: got length -1; expected >= 0"},
      {[](IndexBytes& i) { i.pointers[3] = 8; },
       "sequence 3: got byte offset 8 in the .bin file; expected 6, as only contiguous sequences "
       "are supported"},
      {[](IndexBytes& i) { i.lengths[4] = 2; },
       "the sequences have 16 bytes, but the .bin file has 14"},
      {[](IndexBytes& i) { i.documents.clear(); },
       "the document index is empty; expected a first entry of 0"},
      {[](IndexBytes& i) { i.documents[0] = 1; }, "document index entry 0: got 1; expected 0 to 0"},
      {[](IndexBytes& i) { i.documents[2] = 1; }, "document index entry 2: got 1; expected 2 to 5"},
      {[](IndexBytes& i) { i.documents[3] = 6; }, "document index entry 3: got 6; expected 3 to 5"},
      {[](IndexBytes& i) { i.documents[3] = 4; },
       "the document index ends at sequence 4; expected 5"},
  };
  for (const Case& each : cases) {
    IndexBytes index = three_documents(8, 2);
    each.damage(index);
    write_pair(prefix(), index.bytes(), std::string(14, '\0'));
    EXPECT_EQ(error_text([&] { TokenFile(prefix(), 10); }), at(".idx: ") + each.message);
  }
}

TEST_F(TokenFileTest, EveryTruncationOfAnIndexIsFound) {
  const std::string whole = three_documents(8, 2).bytes();
  write_pair(prefix(), whole, std::string(14, '\0'));
  EXPECT_EQ(TokenFile(prefix(), 10).num_tokens(), 7);
  for (std::size_t size = whole.size(); size-- > 0;) {
    std::filesystem::resize_file(at(".idx"), size);
    EXPECT_THAT(error_text([&] { TokenFile(prefix(), 10); }), testing::StartsWith(at(".idx: ")))
        << size;
  }
}

// 12 * 2^62 and 8 * 2^61 overflow to 0 in 64 bits, the size of a file that ends after its header.
TEST_F(TokenFileTest, CountsThatOverflowAreFound) {
  const auto message = [&](std::int64_t sequences, std::int64_t documents) {
    std::string bytes = IndexBytes{}.bytes();
    bytes.replace(18, 16, low_bytes(sequences, 8) + low_bytes(documents, 8));
    write_pair(prefix(), bytes, "");
    return error_text([&] { TokenFile(prefix(), 10); });
  };
  EXPECT_EQ(message(std::int64_t{1} << 62, 0),
            at(".idx: 4611686018427387904 sequences and 0 document index entries do not fit a file "
               "of 34 bytes"));
  EXPECT_EQ(message(0, std::int64_t{1} << 61),
            at(".idx: 0 sequences and 2305843009213693952 document index entries do not fit a file "
               "of 34 bytes"));
}

TEST_F(TokenFileTest, ATruncatedOrMissingTokenFileIsFound) {
  const std::string index = three_documents(8, 2).bytes();
  write_pair(prefix(), index, std::string(13, '\0'));
  EXPECT_EQ(error_text([&] { TokenFile(prefix(), 10); }),
            at(".idx: the sequences have 14 bytes, but the .bin file has 13"));
  std::filesystem::remove(at(".bin"));
  EXPECT_EQ(error_text([&] { TokenFile(prefix(), 10); }),
            at(".bin: cannot open: No such file or directory"));
}

TEST_F(TokenFileTest, NamesFileAndPositionOfATokenOutsideTheVocabulary) {
  write_pair(prefix(), three_documents(4, 4).bytes(), token_bytes({0, 1, 2, 3, 50, 99, -7}, 4));
  const TokenFile file(prefix(), 51);
  EXPECT_THAT(tokens(file, {0, 5}), testing::ElementsAre(0, 1, 2, 3, 50));
  EXPECT_EQ(error_text([&] {
              tokens(file, {1, 7});
            }),
            at(".bin: got token 99 at position 5; expected 0 to 50"));
  EXPECT_EQ(error_text([&] {
              tokens(file, {6, 7});
            }),
            at(".bin: got token -7 at position 6; expected 0 to 50"));
}

TEST_F(TokenFileTest, FactsAreOptionalAndReadBack) {
  write_tokens(prefix(), {1, 2, 3});
  EXPECT_FALSE(TokenFile(prefix(), 10).facts());
  write_file_atomically(at(".json"), facts_text({"bytes", "abc", 9, 3, 1, 20, 4, "def"}));
  const auto facts = TokenFile(prefix(), 9).facts();
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->tokenizer_name + facts->tokenizer_hash + facts->source_hash, "bytesabcdef");
  EXPECT_THAT((std::vector{facts->vocab_size, facts->num_tokens, facts->num_documents,
                           facts->text_bytes, facts->words}),
              testing::ElementsAre(9, 3, 1, 20, 4));
}

TEST_F(TokenFileTest, FactsMustFitTheFileAndTheVocabulary) {
  write_tokens(prefix(), {1, 2, 3});
  const auto message = [&](const std::string& json) {
    write_file_atomically(at(".json"), json);
    return error_text([&] { TokenFile(prefix(), 10); });
  };
  EXPECT_EQ(message(facts_text({"bytes", "abc", 9, 4, 1, 20, 4, "def"})),
            at(".json: got 4 tokens in 1 documents; expected 3 in 1, as in the .idx file"));
  EXPECT_EQ(message(facts_text({"bytes", "abc", 11, 3, 1, 20, 4, "def"})),
            at(".json: got a vocabulary of 11 (tokenizer bytes); expected at most 10"));
  EXPECT_EQ(message(R"({"format": "other", "version": 1})"),
            at(".json: invalid metadata of the token file ") + at("") +
                ": got format \"other\", version 1; expected \"lamina token file\", version 1; "
                "rename the "
                "file if another program wrote it");
  EXPECT_THAT(
      message(R"({"format": "lamina token file", "version": 1})"),
      testing::AllOf(testing::StartsWith(at(".json: ")), testing::HasSubstr("'tokenizer'")));
  EXPECT_THAT(message("{"), testing::StartsWith(at(".json: ")));
}

TEST_F(TokenFileTest, TheHashDependsOnTheContentAndNotOnThePath) {
  const auto hash_of_tokens = [&](const char* name, const std::vector<std::int64_t>& tokens) {
    write_tokens(prefix().parent_path() / name, tokens);
    return token_file_hash(prefix().parent_path() / name);
  };
  std::vector<std::int64_t> small{1, 2, 3}, large(1'000'000, 7);
  const std::string small_hash = hash_of_tokens("a", small),
                    large_hash = hash_of_tokens("a", large);
  EXPECT_EQ(hash_of_tokens("b", small), small_hash);
  EXPECT_EQ(hash_of_tokens("b", large), large_hash);
  small[1] = 4;
  EXPECT_NE(hash_of_tokens("a", small), small_hash);
  for (const std::size_t changed : {std::size_t{0}, large.size() - 1}) {
    auto other = large;
    other[changed] = 8;
    EXPECT_NE(hash_of_tokens("a", other), large_hash);
  }
  large.push_back(7);
  EXPECT_NE(hash_of_tokens("a", large), large_hash);
}

}  // namespace
}  // namespace lamina
