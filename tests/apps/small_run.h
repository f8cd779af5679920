#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/core/random.h"
#include "program.h"

namespace lamina {

/// A folder with a little text of made-up sentences and a configuration of a very small model that
/// trains on it in a second.
class SmallRun : public testing::Test {
 protected:
  SmallRun() : program_(folder_.path()) {
    for (int file = 0; file < 4; ++file) {
      write_file_atomically(folder_.path() / "text" / ("part" + std::to_string(file) + ".txt"),
                            sentences(file));
    }
    write_file_atomically(folder_.path() / "small.yaml", R"(
model: {design: H8-MQA-CLA2, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 4}
data: {train: [text], validation_fraction: 0.4, sequence_length: 32}
train: {tokens: 5120, batch_sequences: 8, micro_batch_sequences: 4, precision: float32, log_every_steps: 1}
optimizer: {learning_rate: 3e-3}
evaluation: {validation_bytes: 2000, cloze_questions: 20, cloze_context_bytes: 20, cloze_continuation_bytes: 8}
)");
  }

  static std::string sentences(int file) {
    const std::vector<std::string> words{"the", "layer",  "reads", "keys",
                                         "and", "values", "of",    "another"};
    std::string text;
    for (std::uint64_t i = 0; i < 3000; ++i) {
      text += words[random_below(words.size(), static_cast<std::uint64_t>(file), i)];
      text += i % 12 == 11 ? ".\n" : " ";
    }
    return text;
  }

  /// Trains under a name; expects success.
  void train(const std::string& name, const std::string& words = "") const {
    const ProgramResult result = program_.run("train small.yaml name=" + name + " " + words);
    EXPECT_EQ(result.status, 0) << result.errors;
  }

  std::filesystem::path run_folder(const std::string& name) const {
    return folder_.path() / "runs" / name;
  }
  Json record(const std::string& name) const { return read_json(run_folder(name) / "result.json"); }
  std::vector<Json> metrics(const std::string& name) const {
    return read_json_lines(run_folder(name) / "metrics.jsonl");
  }

  std::vector<double> losses(const std::string& name) const {
    std::vector<double> values;
    for (const Json& line : metrics(name)) values.push_back(line["loss"]);
    return values;
  }

  TemporaryFolder folder_;
  Program program_;
};

}  // namespace lamina
