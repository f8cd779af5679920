#include "lamina/eval/multiple_choice.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// One choice as the model reads it: a row of tokens, of which the last `num_scored` are the
/// choice's.
struct Row {
  std::vector<std::int64_t> tokens;
  std::int64_t num_scored;
};

Row make_row(const Question& question, const std::string& choice, const Tokenizer& tokenizer,
             std::int64_t sequence_length) {
  std::vector<TokenId> ids{tokenizer.end_of_document()};
  tokenizer.encode(question.context, ids);
  const std::size_t context_tokens = ids.size();
  tokenizer.encode(choice, ids);
  const auto num_scored = static_cast<std::int64_t>(ids.size() - context_tokens);
  if (num_scored > sequence_length) {
    throw Error("multiple choice: a choice has " + std::to_string(num_scored) +
                " tokens, the model reads " + std::to_string(sequence_length));
  }
  const auto most = static_cast<std::size_t>(sequence_length + 1);
  const std::size_t cut = ids.size() > most ? ids.size() - most : 0;
  return {{ids.begin() + static_cast<std::ptrdiff_t>(cut), ids.end()}, num_scored};
}

/// Log-probabilities of the rows' scored tokens. Rows are padded on the right, where causal
/// attention keeps the padding from being seen.
std::vector<double> score_rows(const Decoder& model, const std::vector<Row>& rows) {
  std::size_t longest = 0;
  for (const Row& row : rows) longest = std::max(longest, row.tokens.size());
  const at::Tensor tokens =
      at::zeros({std::ssize(rows), static_cast<std::int64_t>(longest)}, at::kLong);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy(rows[i].tokens.begin(), rows[i].tokens.end(),
              tokens.data_ptr<std::int64_t>() + i * longest);
  }
  const at::Tensor losses = model.token_losses(tokens.to(model.placement().device)).cpu();
  std::vector<double> scores;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t end = std::ssize(rows[i].tokens) - 1;
    scores.push_back(-losses[static_cast<std::int64_t>(i)]
                          .slice(0, end - rows[i].num_scored, end)
                          .sum(at::kDouble)
                          .item<double>());
  }
  return scores;
}

/// How many of the questions [begin, end) the model answers rightly.
std::int64_t count_right(const Decoder& model, std::span<const Question> questions,
                         const Tokenizer& tokenizer, std::int64_t sequence_length) {
  std::vector<Row> rows;
  for (const Question& question : questions) {
    for (const std::string& choice : question.choices) {
      rows.push_back(make_row(question, choice, tokenizer, sequence_length));
    }
  }
  const std::vector<double> scores = score_rows(model, rows);
  std::int64_t right = 0;
  auto first = scores.begin();
  for (const Question& question : questions) {
    const auto end = first + std::ssize(question.choices);
    right += std::max_element(first, end) - first == static_cast<std::ptrdiff_t>(question.answer);
    first = end;
  }
  return right;
}

}  // namespace

Json to_json(const Accuracy& accuracy) {
  return {{"acc", accuracy.acc}, {"acc_stderr", accuracy.acc_stderr}};
}

Accuracy score_questions(const Decoder& model, const std::vector<Question>& questions,
                         const Tokenizer& tokenizer, const ScoringOptions& options,
                         const ProcessGroup& group) {
  std::int64_t right = 0;
  const auto choices = static_cast<std::int64_t>(questions.at(0).choices.size());
  const auto batch =
      static_cast<std::size_t>(std::max<std::int64_t>(1, options.batch_sequences / choices));
  for (std::size_t first = batch * static_cast<std::size_t>(group.rank()); first < questions.size();
       first += batch * static_cast<std::size_t>(group.size())) {
    const std::size_t count = std::min(batch, questions.size() - first);
    right += count_right(model, std::span(questions).subspan(first, count), tokenizer,
                         options.sequence_length);
  }
  const at::Tensor total = at::full({1}, static_cast<double>(right),
                                    at::TensorOptions(model.placement().device).dtype(at::kDouble));
  group.all_reduce_sum(total);
  const double n = static_cast<double>(questions.size());
  const double p = total.item<double>() / n;
  return {p, std::sqrt(p * (1 - p) / (n - 1)), std::ssize(questions)};
}

}  // namespace lamina
