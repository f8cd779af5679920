#include <algorithm>

#include "apps/small_run.h"

namespace lamina {
namespace {

class SweepAndTable : public SmallRun {
 protected:
  void write_sweep(const std::string& section) const {
    write_file_atomically(folder_.path() / "sweep.yaml",
                          "base: small.yaml\nsweep: " + section + "\n");
  }

  /// A record as a run leaves it, of the keys that tables need.
  void write_record(const std::string& name, const std::string& tokenizer, const Json& perplexity) {
    const Json json{{"format_version", 1},
                    {"name", name},
                    {"design", name},
                    {"head_dim", 8},
                    {"num_attention_heads", 4},
                    {"num_key_value_heads", 1},
                    {"num_kv_layers", 2},
                    {"parameters", 1000},
                    {"kv_bytes_per_token", 64},
                    {"seed", 0},
                    {"tokenizer", tokenizer},
                    {"validation", {{"perplexity", perplexity}, {"bits_per_byte", 2.5}}}};
    write_file_atomically(run_folder("records") / name / "result.json", json.dump());
  }

  /// The one line that the program wrote on standard error, without its time.
  std::string error_line(const std::string& words) const {
    const ProgramResult result = program_.run(words);
    EXPECT_NE(result.status, 0) << words;
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
    return result.errors.substr(std::string_view("00:00:00 ").size());
  }

  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t number = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++number;
    return number;
  }
};

TEST_F(SweepAndTable, ASweepOverTokenizersEndsWithATableRankedByBitsPerByte) {
  write_sweep("{name: tokens, grid: {data.tokenizer: [bytes, bpe-300]}}");
  const ProgramResult result = program_.run("sweep sweep.yaml");
  ASSERT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(count(result.output, "Ranked by bits per byte"), 1u) << result.output;
  EXPECT_EQ(count(result.output, "not all runs were trained on the same data"), 0u);
  EXPECT_EQ(count(result.output, "Warning"), 0u) << result.output;
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "runs/tokens/pareto.svg"));
}

TEST_F(SweepAndTable, OfSeveralTokenizersRankByBitsPerByteUnlessPerplexityIsAskedFor) {
  write_record("A", "bytes", 4.5);
  write_record("B", "bpe", 40);
  const ProgramResult table = program_.run("table runs/records");
  EXPECT_EQ(table.status, 0) << table.errors;
  EXPECT_EQ(table.output, program_.run("table runs/records --quality bits_per_byte").output);
  const ProgramResult plot = program_.run("plot runs/records");
  EXPECT_EQ(plot.status, 0) << plot.errors;
  const std::string error =
      "E perplexities with different tokenizers cannot be compared: runs/records/A/result.json has "
      "\"bytes\", runs/records/B/result.json has \"bpe\"; rank by bits_per_byte\n";
  EXPECT_EQ(error_line("table runs/records --quality perplexity"), error);
  EXPECT_EQ(error_line("plot runs/records --quality perplexity"), error);
}

TEST_F(SweepAndTable, ADivergedRunIsNamedBelowTheTable) {
  write_record("A", "bytes", 4.5);
  write_record("B", "bytes", nullptr);
  const ProgramResult table = program_.run("table runs/records");
  EXPECT_EQ(count(table.output, "Warning: diverged (the final perplexity is not finite): B.\n"), 1u)
      << table.output;
}

TEST_F(SweepAndTable, AWrongChoiceIsOneLineThatNamesTheAllowedOnes) {
  write_record("A", "bytes", 4.5);
  EXPECT_EQ(error_line("table runs/records --format foo"),
            "E --format: got \"foo\"; expected one of markdown, csv, latex, html, json\n");
  EXPECT_EQ(error_line("table runs/records --order 1"),
            "E --order: got \"1\"; expected one of kv_bytes, records\n");
  EXPECT_EQ(error_line("plot runs/records --quality best"),
            "E --quality: got \"best\"; expected one of perplexity, bits_per_byte\n");
  EXPECT_EQ(program_.run("table runs/records --format foo").status, 2);
  EXPECT_TRUE(program_.run("table runs/records --format csv").output.starts_with("design,pareto,"));
}

TEST_F(SweepAndTable, ASweepPrintsEachFailureOnceAndCountsIt) {
  write_sweep("{name: lost, designs: [H8-MHA, H8-MQA]}");
  const ProgramResult result =
      program_.run("sweep sweep.yaml model.design=null data.train=nowhere");
  EXPECT_EQ(result.status, 1);
  const std::string where = (folder_.path() / "nowhere").string();
  const std::string reason = ": data.train: " + where +
                             ": no such file or folder, and no token file (" + where +
                             ".idx); see runs/lost/";
  for (const std::string design : {"H8-MHA", "H8-MQA"}) {
    const std::string start =
        "W " + design + ": failed: exit status 2: runs/lost/" + design + "/run.yaml:";
    EXPECT_EQ(count(result.errors, start), 1u) << result.errors;
    EXPECT_EQ(count(result.errors, reason + design + "/console.log\n"), 1u) << result.errors;
  }
  EXPECT_EQ(count(result.errors, "no such file"), 2u) << result.errors;
  EXPECT_EQ(count(result.errors, "0 complete, 0 complete before, 2 failed, in "), 1u);
}

TEST_F(SweepAndTable, SweepHelpListsTheSettingsOfTheSweepAndOfItsRuns) {
  const ProgramResult help = program_.run("sweep --help");
  EXPECT_EQ(help.status, 0);
  for (const char* key : {"sweep.name", "sweep.output", "sweep.seeds", "sweep.slots",
                          "sweep.designs", "sweep.grid", "optimizer.learning_rate"}) {
    EXPECT_GE(count(help.output, key), 1u) << key;
  }
}

}  // namespace
}  // namespace lamina
