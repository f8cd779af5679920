#include "lamina/record/run_record.h"

#include <gtest/gtest.h>

#include <cmath>

#include "error_text.h"
#include "lamina/core/files.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

RunRecord sample() {
  RunRecord record;
  record.name = "a";
  record.design = "H64-MQA-CLA2";
  record.hidden_size = 256;
  record.head_dim = 64;
  record.num_attention_heads = 4;
  record.num_key_value_heads = 1;
  record.num_kv_layers = 2;
  record.kv_source_layers = {0, 0, 2, 2};
  record.parameters = 1200000;
  record.kv_bytes_per_token = 512;
  record.flops_per_token = 7.25e6;
  record.tokens = 1000000;
  record.precision = "bf16";
  record.learning_rate = 0.0003;
  record.tokenizer = "bpe-4096 (0123abcd)";
  record.data_hash = "0123456789";  // text that reads as a number
  record.wall_seconds = 75.25;
  record.hardware = {"cpu", "A processor", 2};
  ValidationScores& validation = record.validation.emplace();
  validation.loss = 1.2;
  validation.perplexity = 3.3;
  validation.bytes = 5000;
  record.tasks = {{"cloze", {{"acc", 0.75}, {"acc_stderr", 0.01}}}};
  record.settings = {{"optimizer.weight_decay", 0.1}, {"data.tokenizer", "bytes"}};
  return record;
}

std::string parse_error(const Json& json) {
  return error_text([&] { parse_record(json.dump(), "runs/a/result.json"); });
}

TEST(RunRecord, IsReadAsItWasWritten) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "result.json";
  write_record(file, sample());
  const Json json = record_json(read_record(file));
  EXPECT_EQ(json, record_json(sample()));
  EXPECT_EQ(json["data_hash"], "0123456789");
  EXPECT_EQ(json["kv_source_layers"], Json({0, 0, 2, 2}));
  EXPECT_EQ(json["settings"]["data.tokenizer"], "bytes");
  EXPECT_EQ(json["tasks"]["cloze"]["acc"], 0.75);
  EXPECT_EQ(json["validation"]["bytes"], 5000);
  EXPECT_FALSE(json.contains("baselines"));
}

TEST(RunRecord, WhatIsNotFiniteIsNull) {
  RunRecord record = sample();
  record.validation->perplexity.reset();
  record.tasks = {{"cloze", {{"acc", std::nullopt}}}};
  const Json json = record_json(record);
  EXPECT_TRUE(json["validation"].at("perplexity").is_null());
  EXPECT_TRUE(json["tasks"]["cloze"].at("acc").is_null());
  const RunRecord read = parse_record(json.dump(), "a");
  EXPECT_EQ(read.validation->perplexity, std::nullopt);
  EXPECT_TRUE(std::isnan(*find_metric(read.tasks[0].second, "acc")));
}

TEST(RunRecord, NamesFileAndKeyOfWhatIsWrong) {
  Json json = record_json(sample());
  json["validation"].erase("perplexity");
  EXPECT_EQ(parse_error(json), "runs/a/result.json: validation.perplexity is required but not set");
  json["validation"] = 3.3;
  EXPECT_EQ(parse_error(json).substr(0, 43), "runs/a/result.json: validation: got \"3.3\"; ");
  json.erase("validation");
  json["kv_bytes_per_token"] = "1.5 KiB";
  EXPECT_EQ(parse_error(json),
            "runs/a/result.json: kv_bytes_per_token: got the text \"1.5 KiB\"; expected an "
            "integer >= 1");
  json["kv_bytes_per_token"] = 0;
  EXPECT_EQ(parse_error(json),
            "runs/a/result.json: kv_bytes_per_token: got \"0\"; expected an integer >= 1");
  json["kv_bytes_per_token"] = 1;
  json["kv_byte_per_token"] = 1;
  EXPECT_EQ(parse_error(json),
            "runs/a/result.json: kv_byte_per_token is unknown; did you mean kv_bytes_per_token?");
  json.erase("kv_byte_per_token");
  json["tasks"]["cloze"]["acc"] = "high";
  EXPECT_EQ(parse_error(json),
            "runs/a/result.json: tasks.cloze.acc: got the text \"high\"; expected a number");
  EXPECT_EQ(error_text([] { parse_record("[1]", "a"); }), "a: must be a JSON object");
}

TEST(RunRecord, AnotherVersionIsRefusedBeforeItsKeysAreRead) {
  Json json = record_json(sample());
  json["format_version"] = 2;
  json["something_new"] = 1;
  EXPECT_EQ(parse_error(json),
            "runs/a/result.json: format_version: got 2; expected 1: it was written by another "
            "version of lamina");
  json.erase("format_version");
  EXPECT_EQ(parse_error(json),
            "runs/a/result.json: format_version: got nothing; expected 1: it was written by "
            "another version of lamina");
}

TEST(TaskMetricsOf, LeavesOutErrorsThatAreNotKnown) {
  const TaskMetrics tasks = task_metrics_of(
      Json::parse(R"({"cloze": {"acc": 0.5, "acc_stderr": "N/A", "f1": null, "n": 3}})"));
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_EQ(tasks[0].second, (Metrics{{"acc", 0.5}, {"f1", std::nullopt}, {"n", 3.0}}));
}

TEST(ResultText, SaysHowARunEnded) {
  RunRecord record = sample();
  EXPECT_EQ(result_text(record), "validation perplexity 3.30, 1:15");
  record.validation->perplexity.reset();
  EXPECT_EQ(result_text(record), "validation perplexity not finite, 1:15");
  record.validation.reset();
  EXPECT_EQ(result_text(record), "1:15");
}

}  // namespace
}  // namespace lamina
