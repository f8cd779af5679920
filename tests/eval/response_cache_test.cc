#include "lamina/eval/response_cache.h"

#include <gtest/gtest.h>

#include <cmath>

#include "written_files.h"

namespace lamina {
namespace {

class ResponseCacheTest : public testing::Test {
 protected:
  WrittenFiles files_;
  ResponseCache cache_{files_.root()};
};

TEST_F(ResponseCacheTest, FindReturnsWhatWasKept) {
  EXPECT_FALSE(cache_.find("a"));
  const std::vector<Response> responses{{-1.0 / 3, true}, {-1e-300, false}};
  cache_.keep("a", responses);
  const auto found = cache_.find("a");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ((*found)[i].log_likelihood, responses[i].log_likelihood);
    EXPECT_EQ((*found)[i].is_greedy, responses[i].is_greedy);
  }
  EXPECT_FALSE(cache_.find("b"));
}

TEST_F(ResponseCacheTest, ADamagedFileCountsAsMissing) {
  for (const char* text : {"", "[[1, tr", "[[1]]", "[[true, 1]]", "{}x", "[3]"}) {
    files_.write("a.json", text);
    EXPECT_FALSE(cache_.find("a")) << text;
  }
}

TEST_F(ResponseCacheTest, AnswersThatAreNotFiniteAreNotKept) {
  cache_.keep("a", std::vector<Response>{{-1, true}, {std::nan(""), true}});
  EXPECT_FALSE(cache_.find("a"));
}

TEST_F(ResponseCacheTest, AFolderThatCannotBeCreatedIsNotAnError) {
  files_.write("file", "");
  const ResponseCache inside_a_file(files_.root() / "file");
  EXPECT_FALSE(inside_a_file.find("a"));
  inside_a_file.keep("a", std::vector<Response>{{-1, true}});
}

}  // namespace
}  // namespace lamina
