#include "lamina/report/records.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lamina/core/files.h"
#include "report/sample_records.h"
#include "temporary_folder.h"

namespace lamina {
namespace {
namespace fs = std::filesystem;

std::string parse_error(const Json& json) {
  return error_of([&] { record_of(json, "runs/a/result.json"); });
}

void write_record(const fs::path& folder, const std::string& design) {
  write_file_atomically(folder / "result.json", sample_json(design, 768, 3.3).dump());
}

std::vector<std::string> designs_at(const std::vector<fs::path>& places) {
  std::vector<std::string> designs;
  for (const Record& record : find_records(places)) designs.push_back(record.design);
  return designs;
}

TEST(MakeRecord, HasMetricsOfTasks) {
  Json json = sample_json("H64-MQA-CLA2", 768, 3.25);
  json["tasks"] = Json::parse(R"({"cloze": {"acc": 0.75, "acc_stderr": 0.01}})");
  const Record record = record_of(json, "a");
  EXPECT_EQ(record.perplexity(), 3.25);
  EXPECT_EQ(record.bits_per_byte(), 1.7);
  ASSERT_EQ(record.tasks.size(), 1u);
  EXPECT_EQ(find_metric(record.tasks[0].second, "acc_stderr"), 0.01);
  EXPECT_EQ(find_metric(record.tasks[0].second, "acc_norm"), std::nullopt);
}

TEST(MakeRecord, RequiresValidationPerplexity) {
  Json json = sample_json("H64-MQA", 1536, 3.3);
  json.erase("validation");
  EXPECT_EQ(
      parse_error(json),
      "runs/a/result.json: validation: is missing; expected, but the run had no held-out text");
}

TEST(MakeRecord, NamesRunWithoutNameAfterItsDesign) {
  Json json = sample_json("H64-MQA", 1536, 3.3);
  json["name"] = "H64-MQA-lr0.1";
  EXPECT_EQ(record_of(json, "a").name, "H64-MQA-lr0.1");
  json.erase("name");
  EXPECT_EQ(record_of(json, "a").name, "H64-MQA");
}

TEST(MakeRecord, HasGridSettingUnderNameOfField) {
  Json json = sample_json("H64-MQA", 1536, 3.3);
  json["settings"] = {{"optimizer.learning_rate", 0.001},
                      {"optimizer.weight_decay", 0.1},
                      {"model.design", "H64-MQA"},
                      {"train.seed", 0}};
  std::vector<std::string> names;
  for (const auto& [name, value] : record_of(json, "a").conditions) names.push_back(name);
  EXPECT_EQ(std::ranges::count(names, "learning_rate"), 1);
  EXPECT_EQ(std::ranges::count(names, "optimizer.weight_decay"), 1);
  for (const char* absent : {"optimizer.learning_rate", "model.design", "design", "seed"}) {
    EXPECT_EQ(std::ranges::count(names, absent), 0) << absent;
  }
}

TEST(FindRecords, SearchesFoldersExceptCheckpointsInOrderOfPath) {
  const TemporaryFolder folder;
  write_record(folder.path() / "b" / "run", "second");
  write_record(folder.path() / "a", "first");
  write_record(folder.path() / "a" / "checkpoints" / "step-1", "hidden");
  EXPECT_EQ(designs_at({folder.path()}), (std::vector<std::string>{"first", "second"}));
}

TEST(FindRecords, ReadsFilesAndRunFoldersInGivenOrderAndEachOnce) {
  const TemporaryFolder folder;
  write_record(folder.path() / "a", "first");
  write_record(folder.path() / "b", "second");
  EXPECT_EQ(designs_at({folder.path() / "b" / "result.json", folder.path() / "a", folder.path()}),
            (std::vector<std::string>{"second", "first"}));
}

TEST(FindRecords, NamesSearchedPlacesIfThereIsNoRecord) {
  const TemporaryFolder folder;
  const std::string place = folder.path().string();
  EXPECT_EQ(error_of([&] { designs_at({place}); }), "no result.json found in: " + place);
  EXPECT_EQ(error_of([&] { designs_at({place + "/absent"}); }),
            place + "/absent: no such file or folder");
}

TEST(RankingQuality, IsPerplexityForOneTokenizerAndBitsPerByteForSeveral) {
  std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3),
                              sample_record("H32-MQA", 768, 3.4)};
  EXPECT_EQ(ranking_quality(records, {}), Quality::kPerplexity);
  EXPECT_EQ(ranking_quality(records, Quality::kBitsPerByte), Quality::kBitsPerByte);
  records[1].tokenizer = "bpe-4096";
  EXPECT_EQ(ranking_quality(records, {}), Quality::kBitsPerByte);
}

TEST(RankingQuality, RejectsRequestedPerplexityForSeveralTokenizers) {
  std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3),
                              sample_record("H32-MQA", 768, 3.4)};
  records[1].tokenizer = "bpe-4096";
  EXPECT_EQ(error_of([&] { ranking_quality(records, Quality::kPerplexity); }),
            "perplexities with different tokenizers cannot be compared: "
            "runs/H64-MQA/result.json has \"bytes\", runs/H32-MQA/result.json has \"bpe-4096\"; "
            "rank by bits_per_byte");
}

TEST(RankingQuality, NamesRecordWithoutBitsPerByte) {
  std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3)};
  records[0].validation->bits_per_byte.reset();
  EXPECT_EQ(
      error_of([&] { ranking_quality(records, Quality::kBitsPerByte); }),
      "runs/H64-MQA/result.json: validation.bits_per_byte: is missing; expected, as records are "
      "ranked by bits_per_byte");
}

}  // namespace
}  // namespace lamina
