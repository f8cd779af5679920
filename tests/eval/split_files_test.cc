#include "eval/harness/split_files.h"

#include <gmock/gmock.h>

#include "error_text.h"
#include "written_files.h"

namespace lamina {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SplitFiles : public testing::Test {
 protected:
  void write(const std::vector<std::string>& paths) const {
    for (const std::string& path : paths) files_.write(path, "");
  }

  /// Paths relative to the folder.
  std::vector<std::string> found(Split split) const {
    std::vector<std::string> paths;
    for (const auto& file : split_files(files_.root(), split)) {
      paths.push_back(std::filesystem::relative(file, files_.root()).string());
    }
    return paths;
  }

  std::string message(Split split) const {
    return error_text([&] { found(split); });
  }

  WrittenFiles files_;
};

TEST_F(SplitFiles, AFileWithTheNameOfTheSplit) {
  write({"train.jsonl.gz", "validation.jsonl", "test.parquet", "test-labels.lst", "README.md"});
  EXPECT_THAT(found(Split::kTrain), ElementsAre("train.jsonl.gz"));
  EXPECT_THAT(found(Split::kValidation), ElementsAre("validation.jsonl"));
  EXPECT_THAT(found(Split::kTest), ElementsAre("test.parquet"));
  EXPECT_THAT(found(Split::kDev), IsEmpty());
}

TEST_F(SplitFiles, ShardsAreInOrder) {
  write({"data/train-00001-of-00002.parquet", "data/train-00000-of-00002.parquet",
         "data/test-00000-of-00001.parquet"});
  EXPECT_THAT(found(Split::kTrain), ElementsAre("data/train-00000-of-00002.parquet",
                                                "data/train-00001-of-00002.parquet"));
  EXPECT_THAT(found(Split::kTest), ElementsAre("data/test-00000-of-00001.parquet"));
}

TEST_F(SplitFiles, ShardNamesMayEndInAHash) {
  write({"train-00000-of-00002-b42a775f407cee45.parquet",
         "train-00001-of-00002-5b1f5e2b3d3a0c11.parquet",
         "test-00000-of-00001-aaaaaaaaaaaaaaaa.parquet"});
  EXPECT_THAT(found(Split::kTrain), ElementsAre("train-00000-of-00002-b42a775f407cee45.parquet",
                                                "train-00001-of-00002-5b1f5e2b3d3a0c11.parquet"));
}

TEST_F(SplitFiles, EndingsIgnoreCaseAndHiddenFilesAreLeftOut) {
  write({"Train.NDJSON", "validation.csv", "TEST.jsonlines.GZ", "_test.jsonl", ".train.jsonl",
         "test/_temporary/test.jsonl"});
  EXPECT_THAT(found(Split::kTrain), ElementsAre("Train.NDJSON"));
  EXPECT_THAT(found(Split::kValidation), ElementsAre("validation.csv"));
  EXPECT_THAT(found(Split::kTest), ElementsAre("TEST.jsonlines.GZ"));
}

TEST_F(SplitFiles, ASavedSplitWithAnIndicesMappingIsItsStateFile) {
  write({"train/dataset.arrow", "train/indices.arrow"});
  files_.write("train/state.json", R"({"_data_files": [{"filename": "dataset.arrow"}],
                                       "_indices_data_files": [{"filename": "indices.arrow"}]})");
  EXPECT_THAT(found(Split::kTrain), ElementsAre("train/state.json"));
}

TEST_F(SplitFiles, AFolderWithTheNameOfTheSplit) {
  write({"validation/0001.parquet", "validation/0000.parquet", "validation/README.md"});
  EXPECT_THAT(found(Split::kValidation),
              ElementsAre("validation/0000.parquet", "validation/0001.parquet"));
}

TEST_F(SplitFiles, ADataSetOfSaveToDiskMayBeInASubfolder) {
  write({"mine/test/data-00000-of-00002.arrow", "mine/test/data-00001-of-00002.arrow",
         "mine/test/state.json", "mine/test/dataset_info.json", "mine/test/cache-1f.arrow",
         "other/test/data-00000-of-00001.arrow", "hf_save_to_disk/train/data.arrow"});
  EXPECT_THAT(found(Split::kTest), ElementsAre("mine/test/data-00000-of-00002.arrow",
                                               "mine/test/data-00001-of-00002.arrow"));
  EXPECT_THAT(found(Split::kTrain), ElementsAre("hf_save_to_disk/train/data.arrow"));
}

TEST_F(SplitFiles, AFileWithTheNameOfTheSplitAsAWord) {
  write({"hellaswag_val_subset1000.jsonl", "wiki.test.jsonl", "piqa_train.parquet", "contest.jsonl",
         "interval.jsonl", "latest-news.jsonl"});
  EXPECT_THAT(found(Split::kValidation), ElementsAre("hellaswag_val_subset1000.jsonl"));
  EXPECT_THAT(found(Split::kTrain), ElementsAre("piqa_train.parquet"));
}

TEST_F(SplitFiles, DotsSeparateWords) {
  write({"wiki.test.jsonl"});
  EXPECT_THAT(found(Split::kTest), ElementsAre("wiki.test.jsonl"));
}

TEST_F(SplitFiles, TheExactNameIsPreferred) {
  write({"google_boolq_validation.jsonl", "validation.jsonl", "valid.jsonl"});
  EXPECT_THAT(found(Split::kValidation), ElementsAre("validation.jsonl"));
}

TEST_F(SplitFiles, SeveralMatchingFilesAreAnError) {
  write({"validation.jsonl", "validation.parquet"});
  EXPECT_EQ(message(Split::kValidation),
            files_.root().string() +
                ": got validation.jsonl, validation.parquet; expected one file, or all shards of "
                "one file");
}

TEST_F(SplitFiles, AFolderWithTwoVersionsOfTheSplitIsAnError) {
  write({"validation/data-00000-of-00001.arrow", "validation/data-00000-of-00002.arrow",
         "validation/data-00001-of-00002.arrow", "test/0000.parquet", "test/test.jsonl"});
  for (const Split split : {Split::kValidation, Split::kTest}) {
    EXPECT_THAT(message(split),
                testing::HasSubstr("; expected one file, or all shards of one file"));
  }
}

TEST_F(SplitFiles, AMissingShardIsAnError) {
  write({"train-00000-of-00003.parquet", "train-00002-of-00003.parquet"});
  EXPECT_EQ(message(Split::kTrain),
            files_.root().string() +
                ": got train-00000-of-00003.parquet, train-00002-of-00003.parquet; expected one "
                "file, or all shards of one file");
}

TEST_F(SplitFiles, AMissingShardOfASavedSplitIsAnError) {
  write({"train/data-00001-of-00002.arrow"});
  EXPECT_EQ(message(Split::kTrain),
            files_.root().string() +
                "/train: got data-00001-of-00002.arrow; expected one file, or all shards of one "
                "file");
}

}  // namespace
}  // namespace lamina
