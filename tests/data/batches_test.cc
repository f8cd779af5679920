#include "lamina/data/batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "data/token_file_bytes.h"
#include "error_text.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

/// Token files that contain 0, 1, 2, ... as one stream, so that each token equals its position.
class Batches : public testing::Test {
 protected:
  std::vector<std::filesystem::path> write_files(const std::vector<std::int64_t>& sizes) {
    std::vector<std::filesystem::path> prefixes;
    std::int64_t next = 0;
    for (const std::int64_t size : sizes) {
      std::vector<std::int64_t> tokens(static_cast<std::size_t>(size));
      std::iota(tokens.begin(), tokens.end(), next);
      next += size;
      prefixes.push_back(folder_.path() / std::to_string(prefixes.size()));
      write_tokens(prefixes.back(), tokens);
    }
    return prefixes;
  }
  BatchSource source(const std::vector<std::int64_t>& sizes, std::int64_t sequence_length,
                     std::optional<std::uint64_t> seed) {
    return {write_files(sizes), {sequence_length, 65536, seed}};
  }

 private:
  TemporaryFolder folder_;
};

std::vector<std::int64_t> values(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous().flatten();
  return {flat.data_ptr<std::int64_t>(), flat.data_ptr<std::int64_t>() + flat.numel()};
}

TEST_F(Batches, WithoutASeedSamplesFollowTheStreamAcrossFiles) {
  const auto batches = source({5, 0, 3, 1, 4}, 3, std::nullopt);  // 13 tokens
  EXPECT_EQ(batches.sources()[0].num_samples(), 4);
  const at::Tensor samples = batches.samples(0, 4);
  EXPECT_EQ(samples.sizes(), (std::vector<std::int64_t>{4, 4}));
  EXPECT_EQ(samples.scalar_type(), at::kLong);
  EXPECT_THAT(values(samples),
              testing::ElementsAre(0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11, 12));
  EXPECT_THAT(values(batches.samples(5, 1)), testing::ElementsAre(3, 4, 5, 6));  // second epoch
}

TEST_F(Batches, LeavesOutARemainderShorterThanASample) {
  EXPECT_EQ(source({12}, 3, std::nullopt).sources()[0].num_samples(), 3);
  EXPECT_EQ(source({4}, 3, std::nullopt).sources()[0].num_samples(), 1);
}

TEST_F(Batches, AnEpochContainsEveryTargetOnce) {
  const auto batches = source({400, 601}, 10, 7);
  const at::Tensor targets = batches.samples(0, batches.sources()[0].num_samples()).slice(1, 1);
  const auto seen = values(targets);
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), 1000u);
  EXPECT_FALSE(at::equal(targets, at::arange(1, 1001).view({100, 10})));
}

TEST_F(Batches, SharesOfAnyNumberOfRanksMakeTheSameGlobalBatch) {
  const auto batches = source({1001}, 10, 7);
  const std::int64_t batch_sequences = 7, first = 95;  // the batch spans two epochs
  const at::Tensor whole = batches.samples(first, batch_sequences);
  for (const int num_ranks : {1, 2, 3, 7, 9}) {
    std::vector<at::Tensor> parts;
    std::int64_t min_count = batch_sequences, max_count = 0;
    for (int rank = 0; rank < num_ranks; ++rank) {
      const Share share = share_of(batch_sequences, rank, num_ranks);
      parts.push_back(batches.samples(first + share.begin, share.count));
      min_count = std::min(min_count, share.count);
      max_count = std::max(max_count, share.count);
    }
    EXPECT_TRUE(at::equal(at::cat(parts), whole)) << num_ranks;
    EXPECT_LE(max_count - min_count, 1);
  }
}

TEST_F(Batches, TheSampleAtAPositionDoesNotDependOnWhatWasReadBefore) {
  const auto batches = source({1001}, 10, 7);
  const at::Tensor sequential = batches.samples(0, 250);
  const auto resumed = source({1001}, 10, 7);
  for (const std::int64_t position : {249, 3, 120, 0}) {
    EXPECT_TRUE(at::equal(resumed.samples(position, 1)[0], sequential[position]));
    EXPECT_EQ(resumed.sample_at_position(position).index * 10,
              sequential[position][0].item<std::int64_t>());
  }
}

TEST_F(Batches, TooFewTokensForASampleAreAnError) {
  const auto prefixes = write_files({2, 1});
  EXPECT_EQ(error_text([&] {
              BatchSource(prefixes, {3, 100, 7});
            }),
            prefixes[0].string() + ", " + prefixes[1].string() +
                ": got 3 tokens; expected at least 4 for sequence_length 3");
}

TEST_F(Batches, NamesFileAndPositionOfATokenOutsideTheVocabulary) {
  const auto prefixes = write_files({10, 10});
  const BatchSource batches(prefixes, {4, 13, std::nullopt});
  EXPECT_EQ(batches.samples(0, 3).max().item<std::int64_t>(), 12);
  EXPECT_EQ(error_text([&] { batches.samples(3, 1); }),
            prefixes[1].string() + ".bin: got token 13 at position 3; expected 0 to 12");
}

}  // namespace
}  // namespace lamina
