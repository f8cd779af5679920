#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/dist/process_group.h"
#include "lamina/eval/perplexity.h"
#include "lamina/model/decoder.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

/// Which of several continuations does a context have?
struct Question {
  std::string context;
  std::vector<std::string> choices;
  std::size_t answer = 0;
};

/// Accuracy with its standard error, sqrt(p (1 - p) / (n - 1)), as lm-evaluation-harness has it;
/// NaN for a single question.
struct Accuracy {
  double acc = 0;
  double acc_stderr = 0;
  std::int64_t num_questions = 0;
};

Json to_json(const Accuracy& accuracy);

/// Collective. A choice's score is the sum of log p over its tokens after the context's; the
/// highest is the model's answer, the first of equals. Questions are divided among the ranks.
/// Context and choices are encoded apart; a context is cut from its left where both exceed the
/// sequence length.
Accuracy score_questions(const Decoder& model, const std::vector<Question>& questions,
                         const Tokenizer& tokenizer, const ScoringOptions& options,
                         const ProcessGroup& group);

}  // namespace lamina
