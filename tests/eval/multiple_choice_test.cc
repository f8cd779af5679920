#include "lamina/eval/multiple_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "error_text.h"
#include "eval/tiny_model.h"

namespace lamina {
namespace {

constexpr ScoringOptions kOptions{.sequence_length = 32, .batch_sequences = 3};

/// The choice whose tokens are likeliest, each scored by itself without padding. The model reads an
/// end of document first, and at most its last 32 tokens.
std::size_t best_choice(const Decoder& model, const Question& question) {
  std::vector<double> scores;
  for (const std::string& choice : question.choices) {
    std::vector<std::int64_t> seen{256};
    for (const char byte : question.context) seen.push_back(static_cast<unsigned char>(byte));
    const std::size_t excess = std::max<std::size_t>(seen.size() + choice.size(), 33) - 33;
    seen.erase(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(excess));
    double score = 0;
    for (const char byte : choice) {
      score -= nats_of(model, seen, static_cast<unsigned char>(byte));
      seen.push_back(static_cast<unsigned char>(byte));
    }
    scores.push_back(score);
  }
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

/// Contexts and choices of many lengths, some longer together than the model reads.
std::vector<Question> questions_of_many_lengths() {
  std::vector<Question> questions;
  for (std::size_t i = 0; i < 20; ++i) {
    Question question{.context = std::string("a context that is cut for long choices").substr(i),
                      .choices = {}};
    for (std::size_t c = 0; c < 4; ++c) {
      question.choices.push_back(std::string("qwertyuiopasdfghjkl").substr(c * 4, 3 + (i + c) % 3));
    }
    questions.push_back(question);
  }
  return questions;
}

double accuracy(const Decoder& model, const std::vector<Question>& questions,
                const ScoringOptions& options = kOptions) {
  return score_questions(model, questions, *make_tokenizer("bytes"), options, alone()).acc;
}

TEST(MultipleChoice, NeitherPaddingNorTheBatchChangesAnAnswer) {
  const Decoder model = tiny_model(3);
  auto right = questions_of_many_lengths();
  std::array<int, 4> counts{};
  for (Question& question : right) ++counts.at(question.answer = best_choice(model, question));
  EXPECT_GT(std::count_if(counts.begin(), counts.end(), [](int count) { return count > 0; }), 1);
  auto wrong = right;
  for (Question& question : wrong) question.answer = (question.answer + 1) % 4;
  for (const std::int64_t batch : {1, 3, 100}) {
    EXPECT_EQ(accuracy(model, right, {32, batch}), 1) << batch;
    EXPECT_EQ(accuracy(model, wrong, {32, batch}), 0) << batch;
  }
}

TEST(MultipleChoice, TheFirstOfEqualsIsTheAnswer) {
  const Question equals{.context = "x", .choices = {"ab", "cd", "ef"}, .answer = 0};
  EXPECT_EQ(accuracy(indifferent_model(), {equals}), 1);
  for (const std::size_t answer : {1u, 2u}) {
    EXPECT_EQ(accuracy(indifferent_model(), {{equals.context, equals.choices, answer}}), 0);
  }
}

// The sum over the tokens decides, not their mean: the shorter of two indifferent choices wins.
TEST(MultipleChoice, EveryTokenOfAChoiceCounts) {
  EXPECT_EQ(accuracy(indifferent_model(), {{"x", {"abc", "ab", "abcd"}, 1}}), 1);
}

// Two right of five: p = 0.4, sqrt(0.4 * 0.6 / 4).
TEST(MultipleChoice, AccuracyAndItsErrorByHand) {
  std::vector<Question> questions;
  for (const std::size_t answer : {0u, 1u, 2u, 0u, 3u}) {
    questions.push_back({"x", {"a", "b", "c", "d"}, answer});
  }
  const Accuracy result =
      score_questions(indifferent_model(), questions, *make_tokenizer("bytes"), kOptions, alone());
  EXPECT_NEAR(result.acc, 0.4, 1e-15);
  EXPECT_NEAR(result.acc_stderr, std::sqrt(0.06), 1e-15);
  EXPECT_EQ(result.num_questions, 5);
  const Json json = to_json(result);
  EXPECT_EQ(json["acc"], result.acc);
  EXPECT_EQ(json["acc_stderr"], result.acc_stderr);
}

TEST(MultipleChoice, AChoiceMayFillTheWholeSequence) {
  const Decoder model = tiny_model(3);
  Question question{"some context", {std::string(32, 'a'), std::string(32, 'b')}, 0};
  question.answer = best_choice(model, question);
  EXPECT_EQ(accuracy(model, {question}), 1);
}

TEST(MultipleChoice, SaysWhenAChoiceIsLongerThanTheSequence) {
  EXPECT_EQ(error_text([] {
              accuracy(tiny_model(3), {{"x", {"a", std::string(33, 'b')}, 0}});
            }),
            "multiple choice: a choice has 33 tokens, the model reads 32");
}

}  // namespace
}  // namespace lamina
