#include "lamina/text/split_names.h"

#include <gmock/gmock.h>

namespace lamina {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> words(const std::vector<std::string>& names) {
  std::vector<std::string> words;
  for (const DatasetSplit& split : splits_among(names)) words.emplace_back(split.word);
  return words;
}

// Layouts on the Hub, in caches of `datasets`, and on authors' pages.
TEST(SplitNames, AreRecognizedInTheLayoutsOfPublishedDataSets) {
  for (const std::vector<std::string>& names : std::vector<std::vector<std::string>>{
           {"train.jsonl", "test.jsonl"},
           {"data/train-00000-of-00003.parquet", "data/test-00000-of-00001.parquet"},
           {"train-00000-of-00001-b42a775f407cee45.parquet",
            "test-00000-of-00001-5b1f5e2b3d3a0c11.parquet"},
           {"name-train-00000-of-00002.arrow", "name-test.arrow"},
           {"train/chunk1/example_train_0.jsonl.zst", "test/chunk1/example_holdout_0.jsonl.zst"},
           {"c4-train.00000-of-01024.json.gz", "c4-test.00000-of-00008.json.gz"},
           {"a/default/train/0000.parquet", "a/default/test/0000.parquet"},
           {"wiki.train.txt", "wiki.test.txt"},
           {"squad/Train_v1.1.json", "squad/TEST_v1.1.json"},
           {"train_3.jsonl", "test_0.jsonl"},
           {"train-part1.jsonl", "train-part2.jsonl", "test.parquet"}}) {
    EXPECT_THAT(words(names), ElementsAre("train", "test")) << names[0];
  }
  for (const char* word : {"validation", "valid", "val", "dev", "eval"}) {
    const std::string held_out = "x-" + std::string(word) + ".txt";
    EXPECT_THAT(words({held_out, "x-train.txt"}), ElementsAre("train", word));
  }
}

TEST(SplitNames, AreNotRecognizedIfNamesDifferOtherwise) {
  for (const std::vector<std::string>& names :
       std::vector<std::vector<std::string>>{{"crash-test.txt", "train-journey.txt"},
                                             {"train.jsonl", "train_clean.jsonl", "other.jsonl"},
                                             {"train/a.txt", "b.txt"},
                                             {"a/train.jsonl", "b/test.jsonl"},
                                             {"contest.jsonl", "strain.jsonl", "interval.jsonl"},
                                             {"val.jsonl", "dev.jsonl"},
                                             {}}) {
    EXPECT_THAT(words(names), IsEmpty()) << (names.empty() ? "" : names[0]);
  }
}

TEST(SplitNames, GiveTheLocationOfEachSplit) {
  const std::vector<std::string> names{"data/test-0.txt", "data/train-0.txt", "data/train-1.txt"};
  const auto splits = splits_among(names);
  ASSERT_EQ(splits.size(), 2u);
  EXPECT_THAT(splits[0].files, ElementsAre(1u, 2u));
  EXPECT_EQ(splits[0].folder, "data");
  EXPECT_EQ(splits[0].name_prefix, "train");
  const std::vector<std::string> folders{"x/test/0.txt", "x/train/0.txt"};
  EXPECT_EQ(splits_among(folders)[0].folder, "x/train");
  EXPECT_EQ(splits_among(folders)[0].name_prefix, "");
}

}  // namespace
}  // namespace lamina
