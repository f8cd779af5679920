#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "lamina/core/setting.h"

namespace lamina {

enum class TaskName { kCloze };

template <>
struct EnumNames<TaskName> {
  static constexpr std::array names{"cloze"};
};

/// The `evaluation` section of a configuration.
struct EvaluationSettings {
  std::vector<TaskName> tasks = {TaskName::kCloze};
  std::int64_t every_steps = 0;
  std::int64_t validation_tokens = 4'000'000;
  std::int64_t limit = 0;
  std::int64_t batch_sequences = 16;
  std::int64_t seed = 1234;
  bool byte_bigram = false;
  std::int64_t cloze_questions = 500;
  std::int64_t cloze_context_bytes = 160;
  std::int64_t cloze_continuation_bytes = 32;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("tasks", tasks, {.help = "benchmarks scored at the end"});
    v.field("every_steps", every_steps,
            {.help = "steps between validations; 0: at the end only",
             .min = 0,
             .max = 1e12,
             .unit = "steps"});
    v.field("validation_tokens", validation_tokens,
            {.help = "length of the fixed held-out slice, from its beginning",
             .min = 1,
             .max = 1e12,
             .unit = "tokens"});
    v.field("limit", limit,
            {.help = "questions of a task that are scored; 0: all", .min = 0, .max = 1e9});
    v.field("batch_sequences", batch_sequences,
            {.help = "sequences scored at once", .min = 1, .max = 65536, .unit = "sequences"});
    v.field("seed", seed, {.help = "of the questions that are drawn", .min = 0, .max = 9e15});
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
