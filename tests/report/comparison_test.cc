#include "comparison.h"

#include <gtest/gtest.h>

#include "report/sample_records.h"

namespace lamina {
namespace {

std::vector<Record> two_records(const std::string& tokenizer, const std::string& other) {
  std::vector<Record> records{sample_record("H64-MQA", 1536, 3.3),
                              sample_record("H32-MQA", 768, 3.4)};
  records[0].tokenizer = tokenizer;
  records[1].tokenizer = other;
  records[1].data_hash = "fedcba9876543210";
  return records;
}

TEST(TrainingDataNote, WarnsOfDifferentHashesWithOneTokenizer) {
  EXPECT_EQ(training_data_note(two_records("bytes", "bytes")),
            "Warning: not all runs were trained on the same data (data_hash 01234567 in 1 record, "
            "fedcba98 in 1 "
            "record).");
}

TEST(TrainingDataNote, DoesNotWarnOfDifferentHashesWithTwoTokenizers) {
  EXPECT_EQ(
      training_data_note(two_records("bytes", "bpe_4096")),
      "Records do not show whether runs with different tokenizers were trained on the same text.");
}

TEST(TrainingDataNote, WarnsOnlyOfTokenizerWhoseHashesDiffer) {
  std::vector<Record> records = two_records("bytes", "bytes");
  records.push_back(sample_record("H16-MQA", 384, 3.5));
  records[2].tokenizer = "bpe_4096";
  records[2].data_hash = "00000000";
  EXPECT_EQ(training_data_note(records),
            "Warning: not all runs were trained on the same data (data_hash 01234567 in 1 record, "
            "fedcba98 in 1 "
            "record).");
}

TEST(TrainingDataNote, IsEmptyForEqualOrMissingHashes) {
  std::vector<Record> records = two_records("bytes", "bytes");
  records[1].data_hash = records[0].data_hash;
  EXPECT_EQ(training_data_note(records), "");
  records = two_records("bytes", "bpe_4096");
  for (Record& record : records) record.data_hash.clear();
  EXPECT_EQ(training_data_note(records), "");
}

TEST(HeldOutWarning, IsGivenIfLengthsDifferByOnePercent) {
  std::vector<Record> records = two_records("bytes", "bpe_4096");
  EXPECT_EQ(held_out_warning(records, Quality::kBitsPerByte), "") << "no lengths";
  records[0].validation->bytes = 100'000;
  EXPECT_EQ(held_out_warning(records, Quality::kBitsPerByte), "") << "one length";
  records[1].validation->bytes = 99'001;
  EXPECT_EQ(held_out_warning(records, Quality::kBitsPerByte), "");
  records[1].validation->bytes = 99'000;
  EXPECT_EQ(held_out_warning(records, Quality::kBitsPerByte),
            "Warning: bits per byte were measured on different text: 99,000 bytes in H32-MQA, "
            "100,000 in H64-MQA.");
  EXPECT_EQ(held_out_warning(records, Quality::kPerplexity),
            "Warning: perplexities were measured on different text: 99,000 bytes in H32-MQA, "
            "100,000 in H64-MQA.");
}

TEST(TaskLimitNote, GivesNumberOfScoredDocuments) {
  std::vector<Record> records = two_records("bytes", "bytes");
  for (Record& record : records) record.tasks = {{"piqa", {{"acc", 0.5}}}};
  EXPECT_EQ(task_limit_note(records), "");
  records[1].task_limit = 20;
  EXPECT_EQ(
      task_limit_note(records),
      "Warning: not all runs were scored on the same documents of a task: all in H64-MQA; the "
      "first 20 in H32-MQA.");
  records[0].task_limit = 20;
  EXPECT_EQ(task_limit_note(records), "Tasks: the first 20 documents of each.");
  records[1].task_limit = 0;
  records[1].tasks.clear();  // a run without tasks is ignored
  EXPECT_EQ(task_limit_note(records), "Tasks: the first 20 documents of each.");
}

}  // namespace
}  // namespace lamina
