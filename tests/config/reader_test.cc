#include "lamina/config/reader.h"

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include <limits>
#include <string>

#include "config/error_line.h"
#include "config/run_settings.h"
#include "lamina/config/writer.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

RunSettings read(const std::string& text, const std::string& origin = "f.yaml") {
  RunSettings settings;
  read_settings(parse_yaml(text, origin), settings);
  return settings;
}

TEST(ReadSettings, FillsEveryTypeAndKeepsTheRest) {
  const RunSettings settings = read(R"(
name: 2024
model:
  hidden_size: 128
  head_dim: 64
  design: "H64-MQA"
  kv_norm: shared
  tie_word_embeddings: true
  kv_sharing: {layout: map, kv_source_layers: [0, 0, 2]}
train: {tokens: 30e9, precision: bf16}
optimizer: {learning_rate: 3e-4, betas: [0.5, 0.25], warmup_fraction: 1}
)");
  EXPECT_EQ(settings.name, "2024");
  EXPECT_EQ(settings.model.hidden_size, 128);
  EXPECT_EQ(settings.model.head_dim, 64);
  EXPECT_EQ(settings.model.design, "H64-MQA");
  EXPECT_EQ(settings.model.kv_norm, KvNorm::kShared);
  EXPECT_TRUE(settings.model.tie_word_embeddings);
  EXPECT_EQ(settings.model.kv_sharing.layout, Layout::kMap);
  EXPECT_EQ(settings.model.kv_sharing.kv_source_layers, (std::vector<std::int64_t>{0, 0, 2}));
  EXPECT_EQ(settings.model.num_hidden_layers, 12);
  EXPECT_EQ(settings.train.tokens, 30000000000);
  EXPECT_EQ(settings.train.precision, Precision::kBf16);
  EXPECT_EQ(settings.optimizer.learning_rate, 3e-4);
  EXPECT_EQ(settings.optimizer.betas, (std::array{0.5, 0.25}));
  EXPECT_EQ(settings.optimizer.warmup_fraction, 1);
  EXPECT_EQ(settings.optimizer.weight_decay, 0.1);
}

TEST(ReadSettings, TakesIntegersExactlyInEitherNotation) {
  const auto tokens = [](const std::string& text) {
    return read("{model: {hidden_size: 1}, train: {tokens: " + text + "}}").train.tokens;
  };
  EXPECT_EQ(tokens("1"), 1);
  EXPECT_EQ(tokens("+7"), 7);
  EXPECT_EQ(tokens("1.5e3"), 1500);
  EXPECT_EQ(tokens("2500E-2"), 25);
  EXPECT_EQ(tokens("0.007e+3"), 7);
  EXPECT_EQ(tokens("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(tokens("9007199254740993"), 9007199254740993);    // no double has this value
  EXPECT_EQ(tokens("9007199254740993e0"), 9007199254740993);  // nor here
  EXPECT_EQ(tokens("922337203685477580.7e1"), std::numeric_limits<std::int64_t>::max());
}

TEST(ReadSettings, TakesNumbersInEveryDecimalNotation) {
  const auto rate = [](const std::string& text) {
    return read("{model: {hidden_size: 1}, optimizer: {learning_rate: " + text + "}}")
        .optimizer.learning_rate;
  };
  EXPECT_EQ(rate("3"), 3.0);
  EXPECT_EQ(rate(".5"), 0.5);
  EXPECT_EQ(rate("5."), 5.0);
  EXPECT_EQ(rate("+0.25"), 0.25);
  EXPECT_EQ(rate("1E-3"), 1e-3);
  EXPECT_EQ(rate("4.9406564584124654e-324"), std::numeric_limits<double>::denorm_min());
}

TEST(ReadSettings, ResolvesPathsWhereTheyStand) {
  const RunSettings settings = read(
      "{model: {hidden_size: 1}, data: {tokenizer: ../tok.json, train: [a.bin, /abs/./b.bin]}}",
      "/data/runs/f.yaml");
  EXPECT_EQ(settings.data.tokenizer, "/data/tok.json");
  EXPECT_EQ(settings.data.train, (std::vector<fs::path>{"/data/runs/a.bin", "/abs/b.bin"}));
  const RunSettings relative =
      read("{model: {hidden_size: 1}, data: {tokenizer: tok.json}}", "configs/f.yaml");
  EXPECT_EQ(relative.data.tokenizer, fs::current_path() / "configs/tok.json");
  EXPECT_EQ(read("{model: {hidden_size: 1}, data: {tokenizer: ''}}").data.tokenizer, "");
}

TEST(ReadSettings, AScalarIsAListOfOne) {
  const RunSettings settings =
      read("{model: {hidden_size: 1}, data: {train: /data/a.bin}}", "/f.yaml");
  EXPECT_EQ(settings.data.train, std::vector<fs::path>{"/data/a.bin"});
}

TEST(ReadSettings, NullUnsetsAnOptionalAndASettingWithoutEffect) {
  RunSettings settings;
  settings.model.head_dim = 64;
  read_settings(
      parse_yaml("{model: {hidden_size: 1, head_dim: ~, kv_sharing: {factor: ~}}}", "f.yaml"),
      settings);
  EXPECT_FALSE(settings.model.head_dim.has_value());
  EXPECT_EQ(settings.model.kv_sharing.factor, 2);
}

TEST(ReadSettings, AListOfSectionsTakesMapsAndScalars) {
  const RunSettings settings =
      read("{model: {hidden_size: 1}, designs: [MQA, {name: GQA2, repeats: 3}]}");
  ASSERT_EQ(settings.designs.size(), 2u);
  EXPECT_EQ(read("{model: {hidden_size: 1}, designs: MQA}").designs.at(0).name, "MQA");
  EXPECT_EQ(settings.designs[0].name, "MQA");
  EXPECT_EQ(settings.designs[0].repeats, 1);
  EXPECT_EQ(settings.designs[1].name, "GQA2");
  EXPECT_EQ(settings.designs[1].repeats, 3);
}

TEST(ReadSettings, ReportsAnUnknownKeyBeforeTheRequiredOneThatItMisspells) {
  RunSettings settings;
  EXPECT_EQ(error_line([&] {
              read_settings(parse_yaml("{model: {hiden_size: 64}}", "f.yaml"), settings);
            }),
            "f.yaml:1:10: model.hiden_size is unknown; did you mean model.hidden_size?");
}

RunSettings unusual_settings() {
  RunSettings settings;
  settings.name = "null";
  settings.model.hidden_size = 65536;
  settings.model.design = "1e5: [x] # \"y\"\n\t\x01z";
  settings.model.kv_sharing.layout = Layout::kCla;
  settings.model.kv_sharing.factor = 3;
  settings.data.tokenizer = "/a b/#c.json";
  settings.data.train = {"/x, y.bin", "/z"};
  settings.train.tokens = std::numeric_limits<std::int64_t>::max();
  settings.optimizer.learning_rate = 0.1 + 0.2;
  settings.optimizer.betas = {1.0 / 3, 5e-324};
  settings.optimizer.weight_decay = 1.7976931348623157e308;
  settings.designs = {{"true", 2}, {"", 1}};
  return settings;
}

TEST(SettingsNode, WrittenSettingsReadBackEqual) {
  const RunSettings written = unusual_settings();
  const std::string text = to_yaml(settings_node(written));
  SCOPED_TRACE(text);
  RunSettings got;
  read_settings(parse_yaml(text, "config.yaml"), got);
  EXPECT_EQ(got.name, written.name);
  EXPECT_EQ(got.model.design, written.model.design);
  EXPECT_EQ(got.model.kv_sharing.factor, 3);
  EXPECT_EQ(got.data.tokenizer, written.data.tokenizer);
  EXPECT_EQ(got.data.train, written.data.train);
  EXPECT_EQ(got.train.tokens, written.train.tokens);
  EXPECT_EQ(got.optimizer.learning_rate, written.optimizer.learning_rate);
  EXPECT_EQ(got.optimizer.betas, written.optimizer.betas);
  EXPECT_EQ(got.optimizer.weight_decay, written.optimizer.weight_decay);
  EXPECT_EQ(got.designs.at(0).name, "true");
  EXPECT_EQ(got.designs.at(1).name, "");
  EXPECT_EQ(to_yaml(settings_node(got)), text);
}

TEST(SettingsNode, SpellsOutDefaultsAndLeavesOutWhatHasNoEffect) {
  RunSettings settings;
  settings.model.hidden_size = 64;
  settings.data.train = {"corpus.bin"};
  EXPECT_EQ(to_yaml(settings_node(settings)),
            "name: run\n"
            "model:\n"
            "  hidden_size: 64\n"
            "  num_hidden_layers: 12\n"
            "  kv_norm: separate\n"
            "  tie_word_embeddings: false\n"
            "  kv_sharing:\n"
            "    layout: none\n"
            "data:\n"
            "  tokenizer: \"\"\n"
            "  train: [" +
                (fs::current_path() / "corpus.bin").string() +
                "]\n"
                "  sequence_length: 2048\n"
                "train:\n"
                "  tokens: 1000000\n"
                "  batch_sequences: 16\n"
                "  precision: fp32\n"
                "  seed: 0\n"
                "optimizer:\n"
                "  learning_rate: 0.0003\n"
                "  betas: [0.9, 0.95]\n"
                "  weight_decay: 0.1\n"
                "  schedule: cosine\n"
                "  warmup_fraction: 0.05\n"
                "designs: []\n");
}

TEST(SettingsNode, QuotesTextThatWouldReadAsAnotherType) {
  const auto written_name = [](const std::string& name) {
    RunSettings settings;
    settings.name = name;
    const std::string text = to_yaml(settings_node(settings));
    return text.substr(6, text.find('\n') - 6);
  };
  for (const char* text :
       {"true", "Yes", "off", "null", "~", "12", "1e5", "-3", ".5", ".nan", "0x1F"}) {
    EXPECT_EQ(written_name(text), fmt::format("\"{}\"", text));
  }
  for (const char* text : {"H128-MQA-CLA2", "none", "a b", "x/y.bin"}) {
    EXPECT_EQ(written_name(text), text);
  }
}

}  // namespace
}  // namespace lamina
