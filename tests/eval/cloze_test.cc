#include "lamina/eval/cloze.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "error_text.h"
#include "lamina/text/utf8.h"

namespace lamina {
namespace {

/// Documents of numbered words, so that hardly any substring occurs twice.
std::vector<std::string> numbered_words(const std::string& word) {
  std::vector<std::string> documents(3);
  for (int i = 0; i < 900; ++i)
    documents[static_cast<std::size_t>(i % 3)] += word + std::to_string(i * i) + " ";
  return documents;
}

EvaluationSettings settings_of(std::int64_t num_questions) {
  EvaluationSettings settings;
  settings.cloze_questions = num_questions;
  settings.cloze_context_bytes = 20;
  settings.cloze_continuation_bytes = 10;
  return settings;
}

bool occurs(const std::vector<std::string>& documents, const std::string& text) {
  return std::any_of(documents.begin(), documents.end(), [&](const std::string& document) {
    return document.find(text) != std::string::npos;
  });
}

struct Question {
  std::string context;
  std::vector<std::string> choices;
  std::size_t answer;
};

std::vector<Question> questions_of(const std::vector<std::string>& documents,
                                   const EvaluationSettings& settings) {
  std::vector<Question> questions;
  for (const TaskDocument& document : make_cloze(documents, settings).documents) {
    questions.push_back({document.requests.at(0).context, {}, document.gold});
    for (const Request& request : document.requests) {
      EXPECT_EQ(request.context, document.requests[0].context);
      questions.back().choices.push_back(request.continuation);
    }
  }
  return questions;
}

bool same(const Question& a, const Question& b) {
  return a.context == b.context && a.choices == b.choices && a.answer == b.answer;
}

TEST(Cloze, OnlyTheAnswerContinuesItsContext) {
  const auto documents = numbered_words("w");
  const auto questions = questions_of(documents, settings_of(300));
  ASSERT_EQ(questions.size(), 300u);
  for (const Question& question : questions) {
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
      EXPECT_TRUE(occurs(documents, question.choices[i]));
      EXPECT_EQ(occurs(documents, question.context + question.choices[i]), i == question.answer);
    }
  }
}

TEST(Cloze, HasFourDifferentChoicesThatBeginAtAWord) {
  for (const Question& question : questions_of(numbered_words("w"), settings_of(300))) {
    EXPECT_EQ(std::set<std::string>(question.choices.begin(), question.choices.end()).size(), 4u);
    EXPECT_EQ(question.choices.size(), 4u);
    EXPECT_EQ(question.context.size(), 20u);
    EXPECT_EQ(question.context.back(), ' ');
    for (const std::string& choice : question.choices) {
      EXPECT_EQ(choice.size(), 10u);
      EXPECT_EQ(choice.front(), 'w');
    }
  }
}

// Expected per index: 2000 / 4 = 500, with a standard deviation of sqrt(2000 * 3/16) = 19.4.
TEST(Cloze, AnswersAreUniformOverTheChoices) {
  std::array<int, 4> counts{};
  for (const Question& question : questions_of(numbered_words("w"), settings_of(2000)))
    ++counts.at(question.answer);
  for (const int count : counts) EXPECT_NEAR(count, 500, 5 * 19.4);
}

TEST(Cloze, IsAPureFunctionOfTextAndSettings) {
  const auto documents = numbered_words("w");
  EvaluationSettings settings = settings_of(50);
  const auto questions = questions_of(documents, settings);
  const auto again = questions_of(documents, settings);
  EXPECT_TRUE(std::equal(questions.begin(), questions.end(), again.begin(), again.end(), same));
  ++settings.seed;
  EXPECT_FALSE(same(questions_of(documents, settings)[0], questions[0]));
}

TEST(Cloze, ALimitTakesTheFirstQuestions) {
  EvaluationSettings settings = settings_of(50);
  const auto all = questions_of(numbered_words("w"), settings);
  settings.limit = 7;
  const auto few = questions_of(numbered_words("w"), settings);
  ASSERT_EQ(few.size(), 7u);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin(), same));
  settings.limit = 70;
  EXPECT_EQ(questions_of(numbered_words("w"), settings).size(), 50u);
}

// The words have characters of 3 bytes, so that most cuts by bytes would be inside a character.
TEST(Cloze, CutsBetweenCharacters) {
  const auto documents = numbered_words("\u65e5\u672c");
  std::set<std::size_t> sizes;
  for (const Question& question : questions_of(documents, settings_of(300))) {
    EXPECT_EQ(first_invalid_utf8(question.context), question.context.size());
    EXPECT_GT(question.context.size(), 17u);
    EXPECT_TRUE(occurs(documents, question.context + question.choices[question.answer]));
    for (const std::string& choice : question.choices) {
      EXPECT_EQ(first_invalid_utf8(choice), choice.size());
      EXPECT_LT(choice.size(), 13u);
      sizes.insert(choice.size());
    }
  }
  EXPECT_GT(sizes.size(), 1u);
}

TEST(Cloze, TextThatIsTooShortIsAnError) {
  EvaluationSettings settings = settings_of(5);
  const auto message = [&](const std::vector<std::string>& documents) {
    return error_text([&] { questions_of(documents, settings); });
  };
  EXPECT_EQ(message({}),
            "cloze: 0 bytes of held-out text are too few, or too repetitive, for questions of 20 + "
            "10 bytes");
  EXPECT_EQ(message({"short", "and short"}),
            "cloze: 14 bytes of held-out text are too few, or too repetitive, for questions of 20 "
            "+ 10 bytes");
  // Only one position: there are no three other choices.
  EXPECT_EQ(message({"nineteen-characters 0123456789"}),
            "cloze: 30 bytes of held-out text are too few, or too repetitive, for questions of 20 "
            "+ 10 bytes");
}

}  // namespace
}  // namespace lamina
