#include <gtest/gtest.h>

#include "lamina/design/cost.h"
#include "lamina/design/model_settings.h"

namespace lamina {
namespace {

/// One row of a table in a paper.
struct PaperRow {
  const char* design;
  std::int64_t head_dim, query_heads, kv_heads, kv_layers, kv_bytes_per_token;
};

struct Family {
  std::int64_t hidden_size, intermediate_size, num_hidden_layers, vocab_size;
};

constexpr Family k1B{2048, 5472, 20, 50432};
constexpr Family k3B{3072, 8192, 32, 50432};
constexpr Family kPythia160M{768, 3072, 12, 50304};

/// `explicit_heads`: sets num_attention_heads, which head_dim does not imply if it does not divide
/// hidden_size.
ModelSpec resolve_row(const Family& family, const PaperRow& row, bool explicit_heads) {
  ModelSettings settings;
  settings.design = row.design;
  settings.hidden_size = family.hidden_size;
  settings.intermediate_size = family.intermediate_size;
  settings.num_hidden_layers = family.num_hidden_layers;
  if (explicit_heads) settings.num_attention_heads = row.query_heads;
  return resolve(settings, family.vocab_size, 2048);
}

void expect_row(const ModelSpec& spec, const PaperRow& row) {
  EXPECT_EQ(spec.head_dim, row.head_dim) << row.design;
  EXPECT_EQ(spec.num_attention_heads, row.query_heads) << row.design;
  EXPECT_EQ(spec.num_key_value_heads, row.kv_heads) << row.design;
  EXPECT_EQ(spec.num_kv_layers(), row.kv_layers) << row.design;
  EXPECT_EQ(kv_bytes_per_token(spec), row.kv_bytes_per_token) << row.design;
}

// CLA paper (arXiv 2405.12981), the design space at 1B parameters.
TEST(PaperTable, DesignSpaceAt1B) {
  const PaperRow rows[]{{"H128-MHA", 128, 16, 16, 20, 163840},
                        {"H128-GQA4", 128, 16, 4, 20, 40960},
                        {"H128-GQA2", 128, 16, 2, 20, 20480},
                        {"H128-MQA", 128, 16, 1, 20, 10240},
                        {"H64-MQA", 64, 32, 1, 20, 5120},
                        {"H46-MQA", 46, 45, 1, 20, 3680},
                        {"H32-MQA", 32, 64, 1, 20, 2560},
                        {"H512-MQA-CLA2", 512, 4, 1, 10, 20480},
                        {"H256-MQA-CLA2", 256, 8, 1, 10, 10240},
                        {"H128-MQA-CLA2", 128, 16, 1, 10, 5120},
                        {"H90-MQA-CLA2", 90, 22, 1, 10, 3600},
                        {"H64-MQA-CLA2", 64, 32, 1, 10, 2560},
                        {"H256-GQA4-CLA2", 256, 8, 4, 10, 40960},
                        {"H128-GQA4-CLA2", 128, 16, 4, 10, 20480},
                        {"H128-GQA2-CLA2", 128, 16, 2, 10, 10240},
                        {"H128-MQA-CLA3", 128, 16, 1, 7, 3584},
                        {"H128-MQA-CLA4", 128, 16, 1, 5, 2560},
                        {"H128-MQA-CLA2-KeepEnds", 128, 16, 1, 11, 5632},
                        {"H128-MQA-CLA2-DenseFront", 128, 16, 1, 11, 5632},
                        {"H128-MQA-CLA2-DenseBack", 128, 16, 1, 11, 5632}};
  ASSERT_EQ(std::size(rows), 20U);
  for (const PaperRow& row : rows) {
    const bool divides = k1B.hidden_size % row.head_dim == 0;
    const ModelSpec spec = resolve_row(k1B, row, !divides);
    expect_row(spec, row);
    EXPECT_EQ(spec.design, row.design);
  }
}

// CLA paper, the tables of tuned learning rates: 1B, 3B set 1, 3B set 2.
TEST(PaperTable, LearningRateRunsAt1BAnd3B) {
  const std::pair<Family, PaperRow> rows[]{{k1B, {"H128-MQA", 128, 16, 1, 20, 10240}},
                                           {k1B, {"H128-MQA-CLA2", 128, 16, 1, 10, 5120}},
                                           {k1B, {"H64-MQA", 64, 32, 1, 20, 5120}},
                                           {k3B, {"H128-MQA", 128, 24, 1, 32, 16384}},
                                           {k3B, {"H128-MQA-CLA2", 128, 24, 1, 16, 8192}},
                                           {k3B, {"H64-MQA", 64, 48, 1, 32, 8192}},
                                           {k3B, {"H64-MQA", 64, 48, 1, 32, 8192}},
                                           {k3B, {"H64-MQA-CLA2", 64, 48, 1, 16, 4096}},
                                           {k3B, {"H32-MQA", 32, 96, 1, 32, 4096}}};
  for (const auto& [family, row] : rows) expect_row(resolve_row(family, row, false), row);
}

// MLKV paper (arXiv 2406.09297): Pythia-160M, by total number of KV heads (KV heads * KV layers).
TEST(PaperTable, MlkvVariantsOfPythia160M) {
  const std::pair<std::int64_t, PaperRow> rows[]{{144, {"H64-MHA", 64, 12, 12, 12, 36864}},
                                                 {48, {"H64-GQA4", 64, 12, 4, 12, 12288}},
                                                 {48, {"H64-GQA12-MLKV4", 64, 12, 12, 4, 12288}},
                                                 {48, {"H64-GQA6-MLKV8", 64, 12, 6, 8, 12288}},
                                                 {12, {"H64-MQA", 64, 12, 1, 12, 3072}},
                                                 {12, {"H64-GQA3-MLKV4", 64, 12, 3, 4, 3072}},
                                                 {12, {"H64-GQA2-MLKV6", 64, 12, 2, 6, 3072}},
                                                 {6, {"MLKV6", 64, 12, 1, 6, 1536}},
                                                 {4, {"MLKV4", 64, 12, 1, 4, 1024}},
                                                 {2, {"MLKV2", 64, 12, 1, 2, 512}},
                                                 {1, {"MLKV1", 64, 12, 1, 1, 256}}};
  for (const auto& [total_kv_heads, row] : rows) {
    const ModelSpec spec = resolve_row(kPythia160M, row, true);
    expect_row(spec, row);
    EXPECT_EQ(spec.num_key_value_heads * spec.num_kv_layers(), total_kv_heads) << row.design;
  }
}

// 1B: the paper counts its H128-MQA model as about a billion parameters.
TEST(PaperTable, FamiliesHaveTheirNominalSizes) {
  const ModelSpec small = resolve_row(k1B, {"H128-MQA", 128, 16, 1, 20, 10240}, false);
  const ModelSpec large = resolve_row(k3B, {"H128-MQA", 128, 24, 1, 32, 16384}, false);
  EXPECT_NEAR(static_cast<double>(count_parameters(small).total()), 1.0e9, 0.1e9);
  EXPECT_NEAR(static_cast<double>(count_parameters(large).total()), 3.3e9, 0.3e9);
}

}  // namespace
}  // namespace lamina
