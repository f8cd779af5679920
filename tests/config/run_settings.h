#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/model_settings.h"
#include "lamina/core/setting.h"

namespace lamina {

enum class Precision { kFp32, kBf16 };
enum class Schedule { kConstant, kCosine, kLinear };

template <>
struct EnumNames<Precision> {
  static constexpr std::array names{"fp32", "bf16"};
};
template <>
struct EnumNames<Schedule> {
  static constexpr std::array names{"constant", "cosine", "linear"};
};

struct DataSettings {
  std::filesystem::path tokenizer;
  std::vector<std::filesystem::path> train;
  std::int64_t sequence_length = 2048;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("tokenizer", tokenizer, {.help = "a tokenizer.json"});
    v.field("train", train, {.help = "token files"});
    v.field("sequence_length", sequence_length,
            {.help = "length of a sample", .min = 1, .max = 131072, .unit = "tokens"});
  }
};

struct TrainSettings {
  std::int64_t tokens = 1000000;
  std::int64_t batch_sequences = 16;
  Precision precision = Precision::kFp32;
  std::int64_t seed = 0;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("tokens", tokens, {.help = "length of the run", .min = 1, .unit = "tokens"});
    v.field("batch_sequences", batch_sequences, {.help = "sequences of a step", .min = 1});
    v.field("precision", precision, {.help = "of the matrix products"});
    v.field("seed", seed, {.help = "of all random numbers", .min = 0});
  }
};

struct OptimizerSettings {
  double learning_rate = 3e-4;
  std::array<double, 2> betas{0.9, 0.95};
  double weight_decay = 0.1;
  Schedule schedule = Schedule::kCosine;
  double warmup_fraction = 0.05;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("learning_rate", learning_rate,
            {.help = "peak learning rate", .min = 0, .above_min = true});
    v.field("betas", betas, {.help = "decay of the moments", .min = 0, .max = 1});
    v.field("weight_decay", weight_decay, {.help = "decoupled", .min = 0});
    v.field("schedule", schedule, {.help = "of the learning rate"});
    v.field("warmup_fraction", warmup_fraction,
            {.help = "of the run", .min = 0, .max = 1, .unit = "fraction of the steps"});
  }
};

struct DesignSettings {
  static constexpr const char* kScalarKey = "name";
  std::string name;
  std::int64_t repeats = 1;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("name", name, {.help = "design name", .required = true});
    v.field("repeats", repeats, {.help = "runs with other seeds", .min = 1});
  }
};

/// Settings as a training run has them: every type, range and condition that a field list can name.
struct RunSettings {
  std::string name = "run";
  ModelSettings model;
  DataSettings data;
  TrainSettings train;
  OptimizerSettings optimizer;
  std::vector<DesignSettings> designs;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("name", name, {.help = "name of the run"});
    v.section("model", model, "the decoder");
    v.section("data", data, "what it learns from");
    v.section("train", train, "the run");
    v.section("optimizer", optimizer, "AdamW");
    v.sections("designs", designs, "variants to try");
  }
};

}  // namespace lamina
