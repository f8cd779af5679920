#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/core/setting.h"
#include "lamina/text/add_bos.h"

namespace lamina {

/// Maximum number of few-shot examples per question.
constexpr int kMaxShots = 1000;

/// Section `evaluation` of a configuration: held-out text, benchmarks and cloze.
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
        {.help = "tasks of eval/README.md, optionally with a number of shots: hellaswag_10shot"});
    v.field("data_dir", data_dir, {.help = "folder of the benchmark data, one folder per task"});
    v.field("num_fewshot", num_fewshot,
            {.help = "few-shot examples per question, for tasks without a number of shots",
             .min = 0,
             .max = kMaxShots});
    v.field("add_bos", add_bos,
            {.help = "BOS token at the beginning of each request; auto: as the tokenizer defines"});
    v.field("cache", cache, {.help = "folder of cached answers of scored checkpoints"});
    v.field("every_steps", every_steps,
            {.help = "steps between validations, which include the tasks; 0: only after training",
             .min = 0,
             .max = 1e12,
             .unit = "steps"});
    v.field("validation_bytes", validation_bytes,
            {.help = "length of the scored text, from the beginning of the held-out text; the same "
                     "text for every tokenizer, up to one token",
             .min = 1,
             .max = 1e12,
             .unit = "bytes"});
    v.field("limit", limit,
            {.help = "score only this many documents of a task; 0: all", .min = 0, .max = 1e9});
    v.field("batch_tokens", batch_tokens,
            {.help = "maximum per batch, padding included; bounds the memory of KV caches",
             .min = 1,
             .max = 1e9,
             .unit = "tokens"});
    v.field("seed", seed,
            {.help = "seed of few-shot examples and cloze questions", .min = 0, .max = 9e15});
    v.field("byte_bigram", byte_bigram,
            {.help = "also score a byte bigram model of the training text, as a baseline"});
    visit_cloze(v);
  }

 private:
  template <class Visitor>
  void visit_cloze(Visitor& v) {
    v.field("cloze_questions", cloze_questions,
            {.help = "number of questions made from the held-out text", .min = 2, .max = 1e7});
    v.field("cloze_context_bytes", cloze_context_bytes,
            {.help = "length of the context", .min = 1, .max = 1e6, .unit = "bytes"});
    v.field("cloze_continuation_bytes", cloze_continuation_bytes,
            {.help = "length of each of the four choices", .min = 1, .max = 1e5, .unit = "bytes"});
  }
};

}  // namespace lamina
