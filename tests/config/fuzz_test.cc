#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "config/run_settings.h"
#include "config/same_tree.h"
#include "lamina/config/load.h"
#include "lamina/config/reader.h"
#include "lamina/config/writer.h"
#include "lamina/core/error.h"
#include "lamina/core/random.h"

namespace lamina {
namespace {

constexpr std::string_view kValid = R"(# a valid configuration
name: "run 1"
model:
  hidden_size: 2048
  num_hidden_layers: 20
  design: H128-MQA-CLA2
  kv_norm: separate
  kv_sharing: {layout: cla, factor: 2}
data: {tokenizer: tok.json, train: [a.bin, 'b.bin'], sequence_length: 2048}
train: {tokens: 30e9, precision: bf16, seed: 0}
optimizer:
  learning_rate: 3e-4
  betas: [0.9, 0.95]
  schedule: cosine
designs:
  - MQA
  - {name: GQA2, repeats: 3}
)";
constexpr std::string_view kSpice = "\n\t :,-?[]{}#&*!|>'\"%@`~<=.\\0e+_x\r\xff\xc3\x01\x85";

class Mutator {
 public:
  explicit Mutator(std::uint64_t key) : key_(key) {}

  std::string mutate(std::string text) {
    for (std::size_t left = 1 + below(4); left > 0; --left) mutate_once(text);
    return text;
  }

  std::size_t below(std::size_t bound) { return random_below(bound, key_, index_++); }

 private:
  void mutate_once(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = below(12);
    switch (below(4)) {
      case 0:
        text.insert(at, 1, kSpice[below(kSpice.size())]);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() + 1), length));
        break;
      default:
        text.resize(at + below(text.size() + 1 - at));
        break;
    }
  }

  std::uint64_t key_;
  std::uint64_t index_ = 0;
};

/// Whether reading succeeds; any other end than that or one line of UsageError fails the test.
bool survives(const std::string& text, const std::string& assignment) {
  try {
    Node root = parse_yaml(text, "f.yaml");
    set_value(root, assignment, {"command line", 0, 0});
    RunSettings settings;
    read_settings(root, settings);
    read_settings(parse_yaml(to_yaml(settings_node(settings)), "written.yaml"), settings);
    return true;
  } catch (const UsageError& error) {
    const std::string_view line = error.what();
    EXPECT_TRUE(line.starts_with("f.yaml:") || line.starts_with("command line: ")) << line;
    EXPECT_EQ(line.find('\n'), std::string_view::npos) << line;
    EXPECT_LT(line.size(), 600u) << line;
  }
  return false;
}

TEST(Fuzz, EveryMutationIsReadOrRefusedInOneLine) {
  std::size_t num_read = 0;
  constexpr std::uint64_t kCases = 4000;
  for (std::uint64_t i = 0; i < kCases; ++i) {
    Mutator mutator(i);
    SCOPED_TRACE(i);
    const bool in_file = i % 4 != 0;
    const std::string text(kValid);
    const std::string assignment = "optimizer.betas=[0.9, 0.95]";
    num_read += survives(in_file ? mutator.mutate(text) : text,
                         in_file ? assignment : mutator.mutate(assignment));
  }
  EXPECT_GT(num_read, kCases / 50);  // else the mutations are too wild to reach the reader
  EXPECT_LT(num_read, kCases * 3 / 4);
}

/// Up to 14 pieces of YAML in a row; every other text begins as a map.
std::string yaml_soup(std::uint64_t key) {
  constexpr std::array<std::string_view, 40> kPieces{
      "a", "b: ", "c:\n",      "- ",       "\n",   "\n  ",  "\n    ",     "[",   "]",    "{",
      "}", ", ",  ":",         " ",        "'",    "\"",    "\\",         "|\n", "> ",   " #x",
      "!", "&a",  "*a",        "? ",       "%A\n", "---\n", "%TAG ! x\n", "~",   "null", "<<",
      "@", "\t",  "\"\\x85\"", "\xC3\xA9", "-1",   "1e5",   "|2-\n",      "'x'", "k: v", "..."};
  Mutator random(key);
  std::string text = key % 2 == 0 ? "k: " : "";
  for (std::size_t left = 1 + random.below(14); left > 0; --left) {
    text += kPieces[random.below(kPieces.size())];
  }
  return text;
}

TEST(Fuzz, WhateverTheParserTakesIsPrintedSoThatItReadsTheSame) {
  std::size_t num_read = 0;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const std::string text = yaml_soup(i);
    SCOPED_TRACE(text);
    Node tree;
    try {
      tree = parse_yaml(text, "f.yaml");
    } catch (const UsageError&) {
      continue;
    }
    ++num_read;
    EXPECT_TRUE(same_tree(parse_yaml(to_yaml(tree), "again.yaml"), tree)) << to_yaml(tree);
  }
  EXPECT_GT(num_read, 1000u);
}

}  // namespace
}  // namespace lamina
