#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/core/setting.h"
#include "lamina/text/add_bos.h"

namespace lamina {

constexpr int kMostShots = 1000;

/// The `evaluation` section of a configuration.
struct EvaluationSettings {
  std::vector<std::string> tasks = {"cloze"};
  std::filesystem::path data_dir = "data";
  std::int64_t num_fewshot = 0;
  AddBos add_bos = AddBos::kAuto;
  std::filesystem::path cache = "cache/scores";
  std::int64_t every_steps = 0;
  std::int64_t validation_bytes = 16'000'000;
  std::int64_t limit = 0;
  std::int64_t batch_tokens = 16384;
  std::int64_t seed = 1234;
  bool byte_bigram = false;
  std::int64_t cloze_questions = 500;
  std::int64_t cloze_context_bytes = 160;
  std::int64_t cloze_continuation_bytes = 32;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field(
        "tasks", tasks,
        {.help = "benchmarks: names of eval/README.md, with their shots as in hellaswag_10shot"});
    v.field("data_dir", data_dir, {.help = "folder of the benchmarks' data, one folder a task"});
    v.field("num_fewshot", num_fewshot,
            {.help = "solved examples in front of each question, of tasks that name no number",
             .min = 0,
             .max = kMostShots});
    v.field("add_bos", add_bos,
            {.help = "BOS token in front of each request; auto: as the tokenizer"});
    v.field("cache", cache, {.help = "folder that keeps the answers of scored checkpoints"});
    v.field("every_steps", every_steps,
            {.help = "steps between validations, tasks included; 0: at the end only",
             .min = 0,
             .max = 1e12,
             .unit = "steps"});
    v.field("validation_bytes", validation_bytes,
            {.help = "of text, that are scored from the beginning of the held-out text; the same "
                     "text for every tokenizer, up to a token",
             .min = 1,
             .max = 1e12,
             .unit = "bytes"});
    v.field("limit", limit,
            {.help = "first documents of a task that are scored; 0: all", .min = 0, .max = 1e9});
    v.field("batch_tokens", batch_tokens,
            {.help = "held at once while scoring, padding included: bounds the memory of KV caches",
             .min = 1,
             .max = 1e9,
             .unit = "tokens"});
    v.field("seed", seed,
            {.help = "of the examples and questions that are drawn", .min = 0, .max = 9e15});
    v.field("byte_bigram", byte_bigram,
            {.help = "count a byte bigram model on the whole training text, as a baseline"});
    visit_cloze(v);
  }

 private:
  template <class Visitor>
  void visit_cloze(Visitor& v) {
    v.field("cloze_questions", cloze_questions,
            {.help = "questions made from the held-out text", .min = 2, .max = 1e7});
    v.field("cloze_context_bytes", cloze_context_bytes,
            {.help = "text before the gap", .min = 1, .max = 1e6, .unit = "bytes"});
    v.field("cloze_continuation_bytes", cloze_continuation_bytes,
            {.help = "text of each of the four choices", .min = 1, .max = 1e5, .unit = "bytes"});
  }
};

}  // namespace lamina
