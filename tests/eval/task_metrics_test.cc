#include <gtest/gtest.h>

#include <cmath>

#include "error_text.h"
#include "eval/harness/bootstrap.h"
#include "lamina/eval/task.h"

namespace lamina {
namespace {

/// Questions with two choices, of one and of four letters; the first is the gold one.
TaskRequests two_choices(std::size_t num_documents) {
  TaskRequests task{.name = "quiz", .metrics = {Metric::kAcc, Metric::kAccNorm}};
  task.documents.assign(num_documents,
                        {.requests = {{"q", " a"}, {"q", " abcd"}}, .lengths = {1, 4}});
  return task;
}

// Document 1: correct by acc (-1 > -2), wrong by acc_norm (-1 < -0.5). Document 2: wrong by both.
// Document 3: equal sums, of which the first counts. Document 4: correct by both.
TEST(TaskMetrics, AccuracyBySumAndPerCharacterByHand) {
  const std::vector<Response> responses{{-1, false}, {-2, false}, {-9, false}, {-1, false},
                                        {-3, false}, {-3, false}, {-1, false}, {-8, false}};
  const Json metrics = task_metrics(two_choices(4), responses);
  EXPECT_EQ(metrics["acc"], 0.75);
  EXPECT_EQ(metrics["acc_norm"], 0.25);
  EXPECT_NEAR(metrics["acc_stderr"].get<double>(), std::sqrt(0.75 * 0.25 / 3), 1e-15);
  EXPECT_NEAR(metrics["acc_norm_stderr"].get<double>(), std::sqrt(0.25 * 0.75 / 3), 1e-15);
}

TEST(TaskMetrics, OneDocumentHasNoStandardError) {
  const Json metrics =
      task_metrics(two_choices(1), std::vector<Response>{{-1, false}, {-9, false}});
  EXPECT_EQ(metrics["acc"], 1.0);
  EXPECT_EQ(metrics["acc_stderr"], "N/A");
}

TEST(TaskMetrics, ASingleChoiceIsCorrect) {
  TaskRequests task{.name = "quiz", .metrics = {Metric::kAcc, Metric::kAccNorm}};
  task.documents.assign(1, {.requests = {{"q", " a"}}, .lengths = {1}});
  const Json metrics = task_metrics(task, std::vector<Response>{{-1, false}});
  EXPECT_EQ(metrics["acc"], 1.0);
  EXPECT_EQ(metrics["acc_norm"], 1.0);
}

TEST(TaskMetrics, AnswersThatAreNotFiniteMakeAllMetricsNull) {
  const double nan = std::nan("");
  const Json metrics = task_metrics(
      two_choices(2), std::vector<Response>{{-1, false}, {nan, false}, {-1, false}, {-2, false}});
  EXPECT_EQ(metrics.dump(),
            R"({"acc":null,"acc_stderr":null,"acc_norm":null,"acc_norm_stderr":null,)"
            R"("nonfinite_answers":1})");
  TaskRequests words{.name = "words", .metrics = {Metric::kPerplexity, Metric::kGreedyAcc}};
  words.documents.assign(2, {.requests = {{"a", " b"}}, .lengths = {1}});
  const Json last_words =
      task_metrics(words, std::vector<Response>{{-1, true}, {-INFINITY, false}});
  EXPECT_TRUE(last_words["perplexity"].is_null());
  EXPECT_EQ(last_words["nonfinite_answers"], 1);
}

TEST(TaskMetrics, AnswersThatAreNotFiniteMakeTheGroupsMetricsNull) {
  const std::vector<PartMetrics> parts{
      {4, {{"acc", 0.5}, {"acc_stderr", 0.2}}},
      {4, {{"acc", nullptr}, {"acc_stderr", nullptr}, {"nonfinite_answers", 3}}}};
  EXPECT_EQ(group_metrics(parts).dump(), R"({"acc":null,"acc_stderr":null,"nonfinite_answers":3})");
}

TEST(TaskMetrics, MissingResponsesAreAnError) {
  EXPECT_EQ(error_text([] { task_metrics(two_choices(2), std::vector<Response>(3)); }),
            "quiz: got 3 responses; expected 4, one for each request");
}

TEST(TaskMetrics, LastWordsAreCorrectIfGreedy) {
  TaskRequests task{.name = "words", .metrics = {Metric::kPerplexity, Metric::kGreedyAcc}};
  task.documents.assign(2, {.requests = {{"a", " b"}}, .lengths = {1}});
  const std::vector<Response> responses{{-1, true}, {-3, false}};
  const Json metrics = task_metrics(task, responses, 0);
  EXPECT_EQ(metrics["acc"], 0.5);
  EXPECT_NEAR(metrics["perplexity"].get<double>(), std::exp(2), 1e-14);
  EXPECT_EQ(metrics["perplexity_stderr"], "N/A");
}

TEST(TaskMetrics, RollingPerplexitiesAreOfTheSumOverAllText) {
  TaskRequests task{.name = "pages", .rolling = true, .metrics = {Metric::kRollingPerplexity}};
  task.documents = {{.requests = {{"x", ""}}, .words = 3, .bytes = 10},
                    {.requests = {{"y", ""}}, .words = 1, .bytes = 30}};
  const Json metrics = task_metrics(task, std::vector<Response>{{-2, false}, {-6, false}});
  EXPECT_NEAR(metrics["word_perplexity"].get<double>(), std::exp(8.0 / 4), 1e-14);
  EXPECT_NEAR(metrics["byte_perplexity"].get<double>(), std::exp(8.0 / 40), 1e-14);
  EXPECT_NEAR(metrics["bits_per_byte"].get<double>(), 0.2 / std::log(2), 1e-15);
  EXPECT_EQ(metrics["bits_per_byte_stderr"], "N/A");
}

// (0.5 * 2 + 0.2 * 8) / 10; sqrt((1 * 0.5^2 * 2 + 7 * 0.1^2 * 8) / (10 - 2) / 10)
TEST(TaskMetrics, GroupsWeightTheirPartsBySize) {
  std::vector<PartMetrics> parts{{2, {{"acc", 0.5}, {"acc_stderr", 0.5}}},
                                 {8, {{"acc", 0.2}, {"acc_stderr", 0.1}}}};
  const Json group = group_metrics(parts);
  EXPECT_NEAR(group["acc"].get<double>(), 0.26, 1e-15);
  EXPECT_NEAR(group["acc_stderr"].get<double>(), std::sqrt((0.5 + 0.56) / 80), 1e-15);
  parts[0].metrics["acc_stderr"] = "N/A";
  EXPECT_EQ(group_metrics(parts)["acc_stderr"], "N/A");
}

// Expected: CPython 3.11, the sample standard deviation of exp(-mean) over resamples
// random.Random(c).choices(values, k=5), 1,000 from each stream c = 0, 1, ...
TEST(TaskMetrics, BootstrapIsPythonsResampling) {
  const std::vector<double> values{-1.0, -2.5, -0.25, -4.0, -3.0};
  EXPECT_NEAR(perplexity_bootstrap_error(values, 3000), 6.76229080516131, 1e-11);
  EXPECT_NEAR(perplexity_bootstrap_error(values, 3999), 6.76229080516131, 1e-11);
  EXPECT_NEAR(perplexity_bootstrap_error(values, 100), 5.887699192837257, 1e-11);
  EXPECT_NEAR(perplexity_bootstrap_error(values, 2), 2.2103744914710086, 1e-12);
}

}  // namespace
}  // namespace lamina
