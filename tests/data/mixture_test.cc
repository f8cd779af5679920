#include "lamina/data/mixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

#include "data/token_file_bytes.h"
#include "error_text.h"
#include "lamina/data/batches.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

constexpr std::int64_t kBlock = Mixture::kBlockSamples;

TEST(MixtureTest, EveryBlockHasTheLargestRemainderShares) {
  // Exact shares are 2048, 1365.33 and 682.67; the remaining sample goes to the last source.
  EXPECT_THAT(Mixture(std::vector{3.0, 2.0, 1.0}, 1).shares(),
              testing::ElementsAre(2048, 1365, 683));
  EXPECT_THAT(Mixture(std::vector{1.0, 1.0, 1.0}, 1).shares(),
              testing::ElementsAre(1366, 1365, 1365));
  const Mixture mixture(std::vector{0.3, 0.2, 0.1}, 7);
  for (const std::int64_t block : {0, 1, 5'000'000}) {
    std::map<std::size_t, std::int64_t> counts;
    for (std::int64_t i = 0; i < kBlock; ++i) ++counts[mixture.at(block * kBlock + i).source];
    EXPECT_THAT(counts, testing::ElementsAre(testing::Pair(0, 2048), testing::Pair(1, 1365),
                                             testing::Pair(2, 683)));
  }
}

TEST(MixtureTest, EachSourceIsReadAtEachOfItsPositionsOnce) {
  const Mixture mixture(std::vector{5.0, 1.0}, 3);
  std::vector<std::set<std::int64_t>> seen(2);
  for (std::int64_t n = 0; n < 10 * kBlock; ++n) {
    const auto draw = mixture.at(n);
    EXPECT_TRUE(seen[draw.source].insert(draw.position).second) << n;
  }
  for (const auto& positions : seen) {
    EXPECT_EQ(*positions.rbegin() + 1, static_cast<std::int64_t>(positions.size()));
  }
}

TEST(MixtureTest, SourcesAreInterleaved) {
  const Mixture mixture(std::vector{1.0, 1.0}, 3);
  int changes = 0;
  for (std::int64_t n = 1; n < kBlock; ++n) {
    changes += mixture.at(n).source != mixture.at(n - 1).source;
  }
  EXPECT_NEAR(changes, 2048, 160);  // five standard deviations (32) of independent fair draws
}

TEST(MixtureTest, TheSeedAndTheBlockChangeTheOrder) {
  const Mixture one(std::vector{1.0, 1.0}, 1), two(std::vector{1.0, 1.0}, 2);
  const auto same_sources = [](const Mixture& a, std::int64_t a_begin, const Mixture& b) {
    int same = 0;
    for (std::int64_t n = 0; n < kBlock; ++n) same += a.at(a_begin + n).source == b.at(n).source;
    return same;
  };
  EXPECT_NEAR(same_sources(one, 0, two), 2048, 160);
  EXPECT_NEAR(same_sources(one, kBlock, one), 2048, 160);
}

TEST(MixtureTest, AWeightThatRoundsToNoSampleIsAnError) {
  EXPECT_EQ(error_text([] {
              Mixture(std::vector{10'000.0, 1.0}, 0);
            }),
            "train: got weight 1 of a total of 10001; expected at least one sample in 4096");
}

class MixedBatches : public testing::Test {
 protected:
  /// A token file of `size` tokens: `first`, `first` + 1, ..., so that a sample shows which file
  /// and position it was read from.
  WeightedFiles files(const std::string& name, std::int64_t first, std::int64_t size,
                      double weight) {
    std::vector<std::int64_t> tokens(static_cast<std::size_t>(size));
    std::iota(tokens.begin(), tokens.end(), first);
    write_tokens(folder_.path() / name, tokens);
    return {{folder_.path() / name}, weight};
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(MixedBatches, OneSourceOfAnyWeightIsTheSingleSource) {
  const WeightedFiles single = files("a", 0, 1001, 0.25);
  const BatchSource weighted(std::vector{single}, {10, 65536, 7});
  const BatchSource plain(single.prefixes, {10, 65536, 7});
  EXPECT_TRUE(at::equal(weighted.samples(0, 300), plain.samples(0, 300)));
}

TEST_F(MixedBatches, EachSourceHasItsOwnEpochs) {
  const BatchSource batches(std::vector{files("a", 0, 1001, 3), files("b", 5000, 301, 1)},
                            {10, 65536, 7});
  // A block draws 3072 from a (100 samples) and 1024 from b (30 samples).
  std::map<std::int64_t, int> counts;
  const at::Tensor first_tokens = batches.samples(0, kBlock).select(1, 0).contiguous();
  for (std::int64_t n = 0; n < kBlock; ++n) ++counts[first_tokens.data_ptr<std::int64_t>()[n]];
  ASSERT_EQ(counts.size(), 130u);
  for (const auto& [token, count] : counts) {
    const int min_count = token < 5000 ? 3072 / 100 : 1024 / 30;
    EXPECT_TRUE(count == min_count || count == min_count + 1) << token << ": " << count;
  }
}

TEST_F(MixedBatches, AnyNumberOfRanksAndARestartReadTheSameGlobalOrder) {
  const std::vector sources{files("a", 0, 1001, 3), files("b", 5000, 301, 1)};
  const BatchSource batches(sources, {10, 65536, 7}), restarted(sources, {10, 65536, 7});
  const std::int64_t batch_sequences = 7, first = kBlock - 3;
  const at::Tensor whole = batches.samples(first, batch_sequences);
  for (const int num_ranks : {1, 2, 3, 7}) {
    std::vector<at::Tensor> parts;
    for (int rank = num_ranks; rank-- > 0;) {
      const Share share = share_of(batch_sequences, rank, num_ranks);
      parts.insert(parts.begin(), restarted.samples(first + share.begin, share.count));
    }
    EXPECT_TRUE(at::equal(at::cat(parts), whole)) << num_ranks;
  }
}

TEST_F(MixedBatches, ASourceShorterThanASampleIsNamed) {
  const WeightedFiles shorter = files("b", 0, 3, 1);
  EXPECT_EQ(
      error_text([&] {
        BatchSource(std::vector{files("a", 0, 100, 1), shorter}, {10, 65536, 7});
      }),
      shorter.prefixes[0].string() + ": got 3 tokens; expected at least 11 for sequence_length 10");
}

}  // namespace
}  // namespace lamina
