#include <gmock/gmock.h>

#include <filesystem>
#include <map>

#include "apps/small_run.h"

// The program on a processor that has AVX2 and no bf16 products, which the environment of oneDNN
// and ATen shows on any other, and on one whose precision it chooses itself.
namespace lamina {
namespace {

using testing::HasSubstr;

const std::string kConfigs = LAMINA_SOURCE_DIR "/configs/";
const std::string kSmallEvaluation =
    " evaluation.validation_bytes=2000 evaluation.cloze_questions=20"
    " evaluation.cloze_context_bytes=20 evaluation.cloze_continuation_bytes=8";

bool kernel_lists_bf16_products() {
  return read_file("/proc/cpuinfo").find(" avx512_bf16") != std::string::npos;
}

class Processors : public SmallRun {
 protected:
  void allow_avx2_alone() {
    for (const char* variable :
         {"ONEDNN_MAX_CPU_ISA=AVX2", "ATEN_CPU_CAPABILITY=avx2", "LAMINA_CPU_SET=avx2"}) {
      program_.set(variable);
    }
  }

  ProgramResult succeed(const std::string& words) const {
    ProgramResult result = program_.run(words);
    EXPECT_EQ(result.status, 0) << words << ": " << result.errors;
    return result;
  }

  std::string resolved(const std::string& name) const {
    return read_file(run_folder(name) / "config.yaml");
  }
};

TEST_F(Processors, AutoIsFloat32WithoutBf16Products) {
  allow_avx2_alone();
  const ProgramResult result = succeed("train small.yaml name=a train.precision=auto");
  EXPECT_EQ(record("a")["precision"], "float32");
  EXPECT_THAT(resolved("a"), HasSubstr("precision: float32"));
  EXPECT_THAT(result.errors, HasSubstr("precision float32: "));
  EXPECT_THAT(
      record("a")["precision_reason"].get<std::string>(),
      testing::AnyOf(HasSubstr("ONEDNN_MAX_CPU_ISA=AVX2 is set"), HasSubstr("neither AMX")));
}

TEST_F(Processors, AutoIsBf16WhereTheKernelListsItsProducts) {
  succeed("train small.yaml name=a train.precision=auto");
  const char* expected = kernel_lists_bf16_products() ? "bf16" : "float32";
  EXPECT_EQ(record("a")["precision"], expected);
  const Json inspected =
      Json::parse(succeed("inspect small.yaml name=b train.precision=auto --json").output);
  EXPECT_EQ(inspected["precision"], expected);
  EXPECT_EQ(inspected["precision_reason"], record("a")["precision_reason"]);
}

TEST_F(Processors, RunKeepsThePrecisionThatItBeganWith) {
  succeed("train small.yaml name=a train.precision=bf16");
  std::filesystem::remove(run_folder("a") / "result.json");
  std::filesystem::remove_all(run_folder("a") / "checkpoints");
  allow_avx2_alone();
  const ProgramResult result = succeed("train small.yaml name=a train.precision=auto");
  EXPECT_EQ(record("a")["precision"], "bf16");
  EXPECT_THAT(result.errors, HasSubstr("precision bf16: as the run began"));
  EXPECT_THAT(result.errors, HasSubstr("train.precision=float32 would be faster here"));
}

TEST_F(Processors, SweepChoosesOnceForAllItsRuns) {
  const std::string words =
      "sweep small.yaml train.precision=auto sweep.name=s sweep.designs=[H8-MQA,H8-MHA]";
  succeed(words);
  const std::string chosen = kernel_lists_bf16_products() ? "bf16" : "float32";
  std::filesystem::remove_all(folder_.path() / "runs/s/H8-MHA");
  allow_avx2_alone();  // another machine, which would choose float32
  succeed(words);
  for (const char* run : {"s/H8-MQA", "s/H8-MHA"}) EXPECT_EQ(record(run)["precision"], chosen);
}

// The weights that 20 steps lead to differ by roundings of sums alone; see kernels/products_test.cc
// for the single product.
TEST_F(Processors, Bf16ByNameTrainsAsWithBf16Products) {
  train("native", "train.precision=bf16");
  allow_avx2_alone();
  train("widened", "train.precision=bf16");
  const auto native = losses("native"), widened = losses("widened");
  ASSERT_EQ(native.size(), 20u);
  ASSERT_EQ(widened.size(), native.size());
  for (std::size_t i = 0; i < native.size(); ++i) EXPECT_NEAR(widened[i], native[i], 0.01) << i;
}

TEST_F(Processors, EverySetOfKernelsTrainsTheSameModel) {
  train("best");
  for (const char* set : {"avx2", "baseline"}) {
    program_.set(std::string("LAMINA_CPU_SET=") + set);
    train(set);
    for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(losses(set)[i], losses("best")[i], 1e-4) << i;
  }
}

TEST_F(Processors, UnknownSetIsAUsageError) {
  program_.set("LAMINA_CPU_SET=avx9");
  const ProgramResult result = program_.run("train small.yaml");
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("LAMINA_CPU_SET: got \"avx9\"; expected one of baseline"));
}

/// What makes a bundled configuration small: the keys that the big ones set.
std::string small_version(const std::string& file) {
  static const std::map<std::string, std::string> kModels{
      {"pythia_160m.yaml", "model.num_attention_heads=2"},
      {"tinyllama_1.1b.yaml", "model.num_attention_heads=4"},
      {"cla_1b.yaml", "model.design=H16-MQA-CLA2"},
      {"cla_3b.yaml", "model.design=H16-MQA-CLA2"},
      {"tiny.yaml", "model.design=H16-MQA-CLA2"},
      {"train_15m.yaml", "model.design=H16-MQA-CLA2"}};
  const auto found = kModels.find(file);
  EXPECT_NE(found, kModels.end()) << file << " is new: name what makes it small";
  return found == kModels.end() ? "" : found->second;
}

TEST_F(Processors, EveryBundledConfigurationTrainsWithAvx2Alone) {
  allow_avx2_alone();
  for (const char* folder : {"base", "bench"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kConfigs + folder)) {
      const std::string file = entry.path().filename().string();
      succeed("train " + entry.path().string() + " name=" + file + " " + small_version(file) +
              " model.hidden_size=32 model.intermediate_size=64 model.num_hidden_layers=4"
              " data.train=[text/part1.txt] data.validation=[text/part0.txt] data.tokenizer=bytes"
              " data.sequence_length=32 train.tokens=256 train.batch_sequences=4"
              " train.micro_batch_sequences=2" +
              kSmallEvaluation);
      EXPECT_EQ(record(file)["precision"], "float32") << file;
    }
  }
}

TEST_F(Processors, CommandsOfTheReadmeRunWithAvx2Alone) {
  allow_avx2_alone();
  succeed("sweep " + kConfigs +
          "sweeps/quickstart.yaml data.train=[text] 'data.pattern=\"*.txt\"' data.tokenizer=bpe-300"
          " train.tokens=2048 data.validation_fraction=0.4 sweep.name=quick"
          " 'sweep.designs=[H32-MQA-CLA2, H32-MHA]' data.sequence_length=64" +
          kSmallEvaluation);
  succeed("sweep " + kConfigs + "sweeps/cla_1b_design_space.yaml --dry-run");
  succeed("inspect " + kConfigs + "base/cla_1b.yaml model.design=H128-MQA-CLA3");
  succeed("table runs/quick");
  succeed("plot runs/quick -o figures");
  succeed("eval runs/quick/H32-MHA");
  succeed("generate runs/quick/H32-MHA --prompt the --new-tokens 4");
  succeed("prepare small.yaml --output tokens/mine");
  succeed("tokenizer train --vocab-size 300 --output tokenizer.json text");
  succeed("tokenizer encode --tokenizer tokenizer.json text/part0.txt");
  succeed("bench tokenizer --tokenizer tokenizer.json --text text/part0.txt --seconds 0.1");
  succeed("bench train " + kConfigs +
          "base/tiny.yaml model.design=H32-MQA data.sequence_length=32 train.batch_sequences=2"
          " --steps 1 --warmup 0");
}

}  // namespace
}  // namespace lamina
