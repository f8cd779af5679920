#include "seeds.h"

#include <gtest/gtest.h>

#include <functional>

#include "lamina/report/table.h"
#include "report/sample_records.h"

namespace lamina {
namespace {

Record record_of_seed(std::int64_t seed, double perplexity, double accuracy, double error) {
  Record record = sample_record("H64-MQA", 1536, perplexity);
  record.seed = seed;
  record.tasks = {{"cloze", {{"acc", accuracy}, {"acc_stderr", error}}}};
  return record;
}

std::size_t index_of(const Table& table, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].key == key) return i;
  }
  ADD_FAILURE() << "no column " << key;
  return 0;
}

const Cell& cell(const Table& table, std::size_t row, const std::string& key) {
  return table.rows.at(row).cells.at(index_of(table, key));
}

// 3.2, 3.3 and 3.4 have mean 3.3 and sample standard deviation sqrt((0.01 + 0 + 0.01) / 2) = 0.1.
TEST(Seeds, AreOneRowOfMeansWithSampleDeviationOfPerplexity) {
  const std::vector<Record> records{record_of_seed(0, 3.2, 0.7, 0.01),
                                    record_of_seed(1, 3.3, 0.8, 0.02),
                                    record_of_seed(2, 3.4, 0.9, 0.03)};
  const Table table = make_table(records, {});
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(cell(table, 0, "seeds").text, "3");
  EXPECT_EQ(cell(table, 0, "perplexity").text, "3.300 ± 0.100");
  EXPECT_NEAR(cell(table, 0, "perplexity").error.get<double>(), 0.1, 1e-12);  // rounding alone
  EXPECT_EQ(cell(table, 0, "cloze.acc").text, "80.0 ± 2.0");
  EXPECT_EQ(table.columns[index_of(table, "perplexity")].error_key, "perplexity_stddev");
}

TEST(Seeds, HaveNoMeanOfTaskThatOneWasNotScoredOn) {
  std::vector<Record> records{record_of_seed(0, 3.2, 0.7, 0.01), record_of_seed(1, 3.3, 0.8, 0.02)};
  records[1].tasks.clear();
  records.push_back(sample_record("H64-MHA", 6144, 3.1));
  records.back().tasks = records[0].tasks;
  EXPECT_EQ(cell(make_table(records, {}), 1, "cloze.acc").text, "–");
}

TEST(Seeds, AreNotAveragedOverDifferentSettingsOrEqualSeeds) {
  std::vector<Record> records{record_of_seed(0, 3.2, 0.7, 0.01), record_of_seed(1, 3.3, 0.7, 0.01),
                              record_of_seed(1, 3.4, 0.7, 0.01)};
  EXPECT_EQ(make_table(records, {}).rows.size(), 2u) << "duplicate seed";
  records.pop_back();
  for (auto& [name, value] : records[1].conditions) {
    if (name == "learning_rate") value = 0.001;
  }
  const Table table = make_table(records, {});
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(cell(table, 0, "learning_rate").text, "0.0003");
  EXPECT_EQ(cell(table, 1, "learning_rate").text, "0.001");
}

TEST(Seeds, AreAveragedOnlyOverRunsThatDifferInNothingElse) {
  std::vector<Record> records{record_of_seed(0, 3.2, 0.7, 0.01), record_of_seed(1, 3.3, 0.7, 0.01)};
  ASSERT_EQ(average_over_seeds(records).size(), 1u);
  const std::vector<std::pair<const char*, std::function<void(Record&)>>> changes{
      {"design", [](Record& record) { record.design = "H64-MHA"; }},
      {"head_dim", [](Record& record) { record.head_dim *= 2; }},
      {"num_attention_heads", [](Record& record) { record.num_attention_heads *= 2; }},
      {"num_key_value_heads", [](Record& record) { record.num_key_value_heads *= 2; }},
      {"num_kv_layers", [](Record& record) { record.num_kv_layers *= 2; }},
      {"parameters", [](Record& record) { record.parameters *= 2; }},
      {"kv_bytes_per_token", [](Record& record) { record.kv_bytes_per_token *= 2; }},
      {"tokenizer", [](Record& record) { record.tokenizer = "other"; }},
      {"data_hash", [](Record& record) { record.data_hash = "fedcba9876543210"; }},
      {"conditions", [](Record& record) { record.conditions.pop_back(); }}};
  for (const auto& [name, change] : changes) {
    std::vector<Record> changed = records;
    change(changed[1]);
    EXPECT_EQ(average_over_seeds(changed).size(), 2u) << name;
  }
}

TEST(Seeds, OfWhichOneDivergedHaveNoMeanPerplexityAndStandLast) {
  std::vector<Record> records{record_of_seed(0, 3.2, 0.7, 0.01), record_of_seed(1, 3.3, 0.7, 0.01),
                              sample_record("H64-MQA-CLA2", 1536, 9.9)};
  records[1].validation->perplexity.reset();
  records[1].name = "H64-MQA-seed1";
  const Table table = make_table(records, {});
  EXPECT_EQ(cell(table, 1, "perplexity").text, "–");
  EXPECT_FALSE(table.rows[1].is_pareto);
  EXPECT_EQ(table.notes.back(),
            "Warning: diverged (the final perplexity is not finite): H64-MQA-seed1.");
}

}  // namespace
}  // namespace lamina
