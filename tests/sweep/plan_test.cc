#include "lamina/sweep/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lamina/core/error.h"

namespace lamina {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

std::vector<PlannedRun> planned(const std::string& text) {
  return plan_runs(parse_yaml(text, "s.yaml"));
}

std::vector<std::string> names_of(const std::vector<PlannedRun>& runs) {
  std::vector<std::string> names;
  for (const PlannedRun& run : runs) names.push_back(run.name);
  return names;
}

std::string error_of(const std::string& text) {
  try {
    planned(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

std::string value_at(const Node& root, const std::string& section, const std::string& key) {
  const Node* node = root.find(section);
  node = node == nullptr ? nullptr : node->find(key);
  return node == nullptr ? "absent" : node->scalar;
}

TEST(PlanRuns, CombinesDesignsGridAndSeedsWithTheLastVaryingFastest) {
  const auto runs = planned(
      "sweep:\n"
      "  name: q\n"
      "  designs: [H64-MHA, H64-MQA-CLA2]\n"
      "  grid: {optimizer.learning_rate: [1e-3, 2e-3]}\n"
      "  seeds: [0, 1]\n");
  EXPECT_THAT(names_of(runs),
              ElementsAre("H64-MHA-lr0.001-seed0", "H64-MHA-lr0.001-seed1", "H64-MHA-lr0.002-seed0",
                          "H64-MHA-lr0.002-seed1", "H64-MQA-CLA2-lr0.001-seed0",
                          "H64-MQA-CLA2-lr0.001-seed1", "H64-MQA-CLA2-lr0.002-seed0",
                          "H64-MQA-CLA2-lr0.002-seed1"));
}

TEST(PlanRuns, GivesEachRunFileWithItsValuesAndWithoutSweep) {
  const auto runs = planned(
      "model: {hidden_size: 64, design: H32-MHA}\n"
      "train: {seed: 9, tokens: 5}\n"
      "name: base\n"
      "sweep:\n"
      "  name: q\n"
      "  output: out/all\n"
      "  designs: [{design: H46-MQA, num_attention_heads: 45}, H64-MHA]\n"
      "  grid: {optimizer.learning_rate: [1e-3]}\n"
      "  seeds: [3]\n");
  EXPECT_THAT(names_of(runs), ElementsAre("H46-MQA", "H64-MHA"));
  EXPECT_EQ(runs[0].folder, "out/all/q/H46-MQA");
  EXPECT_THAT(runs[0].settings, ElementsAre(Pair("optimizer.learning_rate", Json(0.001))));
  const Node& config = runs[0].config;
  EXPECT_EQ(to_yaml(config), to_yaml(parse_yaml("model: {hidden_size: 64, design: H46-MQA, "
                                                "num_attention_heads: 45}\n"
                                                "train: {seed: 3, tokens: 5}\n"
                                                "name: \"H46-MQA\"\n"
                                                "optimizer: {learning_rate: 1e-3}\n"
                                                "output: \"out/all/q\"\n",
                                                "")));
  EXPECT_EQ(value_at(runs[1].config, "model", "design"), "H64-MHA");
  EXPECT_EQ(value_at(runs[1].config, "model", "num_attention_heads"), "absent");
}

TEST(PlanRuns, NotesEveryGridValueWithItsTypeAsASetting) {
  const auto runs = planned(
      "sweep:\n"
      "  name: q\n"
      "  grid: {optimizer.learning_rate: [1e-3], model.norm: [rms], model.tied: [true], "
      "data.length: [128], optimizer.betas: [[0.9, +0.95]]}\n");
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].name, "run");
  EXPECT_THAT(
      runs[0].settings,
      ElementsAre(Pair("optimizer.learning_rate", Json(0.001)), Pair("model.norm", Json("rms")),
                  Pair("model.tied", Json(true)), Pair("data.length", Json(128)),
                  Pair("optimizer.betas", Json({0.9, 0.95}))));
}

TEST(PlanRuns, WithoutDesignsTakesTheModelAsItStands) {
  const std::string sweep = "sweep: {name: q, seeds: [4, 5]}\n";
  EXPECT_THAT(names_of(planned(sweep)), ElementsAre("run-seed4", "run-seed5"));
  EXPECT_THAT(names_of(planned("model: {design: H64-MHA}\n" + sweep)),
              ElementsAre("H64-MHA-seed4", "H64-MHA-seed5"));
  const auto runs = planned("train: {seed: 8}\nsweep: {name: q}\n");
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(value_at(runs[0].config, "train", "seed"), "8");
}

TEST(PlanRuns, GridValueMaySetSeveralKeysAndKeepsOthers) {
  const auto runs = planned(
      "optimizer: {clip_norm: 1, rate: 2}\n"
      "sweep: {name: q, grid: {optimizer: [{rate: 3, decay: 0.1}, {rate: 4, decay: 0.2}]}}\n");
  EXPECT_THAT(names_of(runs),
              ElementsAre("run-optimizerrate3-decay0.1", "run-optimizerrate4-decay0.2"));
  EXPECT_EQ(value_at(runs[1].config, "optimizer", "clip_norm"), "1");
  EXPECT_EQ(value_at(runs[1].config, "optimizer", "rate"), "4");
  EXPECT_EQ(value_at(runs[1].config, "optimizer", "decay"), "0.2");
}

TEST(PlanRuns, NamesAreValidFolderNamesAndDistinguishKeys) {
  const auto names = [](const std::string& grid) {
    return names_of(planned("sweep: {name: q, grid: {" + grid + "}}\n"));
  };
  EXPECT_THAT(names("data.train: [a/b.bin, 'c d']"),
              ElementsAre("run-traina_b.bin", "run-trainc_d"));
  EXPECT_THAT(names("train.tokens: [30e9, 1e-5, 1e20]"),
              ElementsAre("run-tokens30000000000", "run-tokens1e-05", "run-tokens1e20"));
  EXPECT_THAT(names("optimizer.betas: [[0.9, 0.95], [0.8, 1.0]]"),
              ElementsAre("run-betas0.9-0.95", "run-betas0.8-1"));
  EXPECT_THAT(names("model.head_size: [1, 2], model.hidden_size: [3]"),
              ElementsAre("run-head_size1", "run-head_size2"));
  EXPECT_THAT(names("a.scale: [1], b.scale: [2, 3]"), ElementsAre("run-b.scale2", "run-b.scale3"));
  EXPECT_THAT(names_of(planned("sweep: {name: q, designs: [../x]}")), ElementsAre("_._x"));
}

TEST(PlanRuns, ErrorsNamePlaceAndWhatIsExpected) {
  EXPECT_EQ(error_of("model: {}\n"), "s.yaml:1:1: a sweep file must have a section `sweep`");
  EXPECT_EQ(error_of("sweep: 3\n"), "s.yaml:1:8: a sweep file must have a section `sweep`");
  const auto error_in = [](const std::string& rest) {
    return error_of("sweep:\n  name: q\n  " + rest + "\n");
  };
  EXPECT_EQ(error_in("designs: []"),
            "s.yaml:3:12: designs: the list is empty; expected at least one value");
  EXPECT_EQ(error_in("seeds: []"),
            "s.yaml:3:10: seeds: the list is empty; expected at least one value");
  EXPECT_EQ(error_in("grid: {a.b: []}"),
            "s.yaml:3:15: grid.a.b: the list is empty; expected at least one value");
  EXPECT_EQ(error_in("grid: {a.b: 3}"), "s.yaml:3:15: grid.a.b: expected a list of values");
  EXPECT_EQ(error_in("grid: [1]"),
            "s.yaml:3:9: grid: expected a map from dotted keys to lists of values");
  EXPECT_EQ(error_in("designs: [A, B, A]"),
            "s.yaml:3:19: designs: duplicate design A; first at s.yaml:3:13");
  EXPECT_EQ(error_in("designs: [{num_heads: 3}]"),
            "s.yaml:3:13: designs: expected a design name, or a map with the key `design`");
  EXPECT_EQ(error_in("grid: {a..b: [1]}"),
            "s.yaml:3:10: grid: got the key `a..b`; expected a dotted key such as "
            "optimizer.learning_rate");
}

TEST(PlanRuns, RejectsKeyThatIsSetTwice) {
  const auto error_in = [](const std::string& rest) {
    return error_of("sweep:\n  name: q\n  " + rest + "\n");
  };
  EXPECT_EQ(error_in("grid: {model.design: [A]}"),
            "s.yaml:3:10: grid.model.design: the sweep sets model.design itself; set "
            "sweep.designs instead");
  EXPECT_EQ(error_in("grid: {train.seed: [1]}"),
            "s.yaml:3:10: grid.train.seed: the sweep sets train.seed itself; set "
            "sweep.seeds instead");
  EXPECT_THAT(error_in("grid: {model: [{}]}"), HasSubstr("the sweep sets model.design itself"));
  EXPECT_THAT(error_in("grid: {output: [a]}"), HasSubstr("set sweep.output instead"));
  EXPECT_EQ(error_in("designs: [{design: A, heads: 4}]\n  grid: {model.heads: [1]}"),
            "s.yaml:4:10: grid.model.heads: a design also sets model.heads, at s.yaml:3:32");
  EXPECT_EQ(error_in("grid: {a.b: [1], a.b.c: [2]}"),
            "s.yaml:3:20: grid.a.b.c: the grid also sets a.b, at s.yaml:3:10");
}

TEST(PlanRuns, DistinguishesKeysWithCommonPrefix) {
  EXPECT_EQ(planned("sweep: {name: q, grid: {a.b: [1, 2], a.bc: [3, 4]}}").size(), 4u);
}

TEST(PlanRuns, RejectsRunsWithSameName) {
  const std::string message =
      "; expected values that differ, even without the characters that a file name must not have";
  EXPECT_EQ(error_of("sweep:\n  name: q\n  grid: {o.rate: [1e-3, 0.001]}\n"),
            "s.yaml:2:3: two runs would be named run-rate0.001" + message);
  EXPECT_EQ(error_of("sweep:\n  name: q\n  seeds: [1, 1]\n"),
            "s.yaml:2:3: two runs would be named run-seed1" + message);
  const std::string longest(192, 'x');  // with "run-key" and a digit: 200
  const std::string sweep = "sweep: {name: q, grid: {a.key: [" + longest;
  EXPECT_EQ(planned(sweep + "1, b]}}").size(), 2u);
  EXPECT_THAT(error_of(sweep + "12, b]}}"),
              HasSubstr("has a name of 201 bytes; expected at most 200"));
}

TEST(PlanRuns, AllowsAtMostHundredThousandRuns) {
  const std::string ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
  const std::string grid = "sweep: {name: q, grid: {a: " + ten + ", b: " + ten + ", c: " + ten +
                           ", d: " + ten + ", e: " + ten;
  EXPECT_EQ(planned(grid + "}}").size(), 100'000u);
  EXPECT_THAT(error_of(grid + ", f: [0, 1]}}"),
              HasSubstr("the sweep has too many runs; expected at most 100000"));
}

struct TrainSettings {
  std::string name;
  std::string output;
  std::filesystem::path tokens;
  double rate = 0.5;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("name", name);
    v.field("output", output);
    v.field("tokens", tokens);
    v.field("rate", rate, {.min = 0});
  }
};

TEST(ResolveRuns, MakesPathsAbsoluteAndDefaultsExplicit) {
  auto runs = plan_runs(parse_yaml("tokens: ../a.bin\nsweep: {name: q}\n", "/data/x/s.yaml"));
  resolve_runs<TrainSettings>(runs, [](TrainSettings&) {});
  EXPECT_EQ(runs[0].config.find("tokens")->scalar, "/data/a.bin");
  EXPECT_EQ(runs[0].config.find("rate")->scalar, "0.5");
  EXPECT_EQ(runs[0].config.find("output")->scalar, "runs/q");
}

TEST(ResolveRuns, FindsErrorInAnyRun) {
  auto runs = planned("sweep: {name: q, grid: {rate: [1, -1]}}\n");
  try {
    resolve_runs<TrainSettings>(runs, [](TrainSettings&) {});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), StartsWith("s.yaml:1:35: rate: "));
  }
}

TEST(ReadSweepSettings, ReadsSettingsStrictly) {
  const auto settings = read_sweep_settings(
      parse_yaml("sweep: {name: a.b-c_1, slots: 3, designs: [A], grid: {}}", "s.yaml"));
  EXPECT_EQ(settings.name, "a.b-c_1");
  EXPECT_EQ(settings.output, "runs");
  EXPECT_EQ(settings.slots, 3);
  for (const char* wrong : {"slots: 0", "slots: two", "solts: 1", "seeds: [-1]", "output: [a]"}) {
    EXPECT_THAT(error_of("sweep:\n  name: q\n  " + std::string(wrong) + "\n"),
                StartsWith("s.yaml:3:"));
  }
  EXPECT_THAT(error_of("sweep: {slots: 1}"), HasSubstr("sweep.name"));
  EXPECT_THAT(error_of("sweep: {name: q, desings: [A]}"), HasSubstr("designs"));
  EXPECT_EQ(
      error_of("sweep: {name: a/b}"),
      "s.yaml:1:15: sweep.name: got \"a/b\"; expected a file name of 1 to 200 letters, digits, - _ "
      "and ., the first not a dot");
  EXPECT_THAT(error_of("sweep: {name: ..}"), HasSubstr("got \"..\""));
  EXPECT_EQ(error_of("sweep: {name: q, output: ''}"),
            "s.yaml:1:26: sweep.output: got \"\"; expected the path of a folder");
}

// Aligned as in every listing: two spaces after the widest cell.
TEST(SweepSettingsHelp, ListsEveryKeyOfSection) {
  EXPECT_EQ(
      sweep_settings_help(),
      // clang-format off
"sweep: what is varied, and where the runs are written\n"
"  sweep.name     file name              required  name of the sweep; runs are written to OUTPUT/NAME/RUN\n"
"  sweep.output   text                   runs      folder of all sweeps, relative to the current folder\n"
"  sweep.seeds    list of integers >= 0  []        values of train.seed; default: the value in `train`\n"
"  sweep.slots    integer >= 1           1         runs at the same time\n"
"sweep.designs: list of design names, or of maps such as {design: H46-MQA, num_attention_heads: 45} whose keys are set in `model`; default: the design of `model`\n"
"sweep.grid: map from dotted keys to lists of values, all of which are combined, such as {optimizer.learning_rate: [1e-3, 3e-3]}\n");
  // clang-format on
}

}  // namespace
}  // namespace lamina
