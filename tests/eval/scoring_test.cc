#include "lamina/eval/scoring.h"

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include "dist/two_ranks.h"
#include "eval/tiny_model.h"
#include "lamina/core/random.h"

namespace lamina {
namespace {

/// Reference: a request alone, one forward pass per token, without padding, cache or batching.
Response one_by_one(const Decoder& model, const TokenRequest& request) {
  Response response{.log_likelihood = 0, .is_greedy = true};
  const auto num_given = std::ssize(request.tokens) - request.num_scored;
  for (std::int64_t i = num_given; i < std::ssize(request.tokens); ++i) {
    const std::vector<std::int64_t> seen(request.tokens.begin(), request.tokens.begin() + i);
    const std::int64_t target = request.tokens[static_cast<std::size_t>(i)];
    const at::NoGradGuard no_gradients;
    const at::Tensor logits = model.logits(at::tensor(seen, at::kLong).unsqueeze(0))[0][-1];
    response.log_likelihood += at::log_softmax(logits, -1)[target].item<double>();
    response.is_greedy = response.is_greedy && logits.argmax().item<std::int64_t>() == target;
  }
  return response;
}

std::vector<TokenId> random_tokens(std::uint64_t seed, std::size_t count) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < count; ++i) {
    tokens.push_back(static_cast<TokenId>(random_below(257, seed, i)));
  }
  return tokens;
}

TokenRequest request_of(std::vector<TokenId> context, const std::vector<TokenId>& continuation) {
  context.insert(context.end(), continuation.begin(), continuation.end());
  return {context, std::ssize(continuation)};
}

/// Questions of many lengths with one to four choices. All begin with the same `num_common` tokens;
/// the choices of a question share its context. Some choices have equal inputs, some one token.
std::vector<RequestGroup> questions(std::size_t num_common) {
  std::vector<RequestGroup> groups;
  for (std::uint64_t q = 0; q < 17; ++q) {
    std::vector<TokenId> context = random_tokens(1, num_common);
    const auto own = random_tokens(100 + q, 1 + q % 9);
    context.insert(context.end(), own.begin(), own.end());
    RequestGroup group;
    for (std::uint64_t c = 0; c < 1 + q % 4; ++c) {
      group.push_back(request_of(context, random_tokens(200 + 10 * q + c, 1 + (q + c) % 3)));
    }
    groups.push_back(group);
  }
  return groups;
}

void expect_equal(const std::vector<Response>& answers, const Decoder& model,
                  std::span<const RequestGroup> groups, double tolerance) {
  std::size_t i = 0;
  for (const RequestGroup& group : groups) {
    for (const TokenRequest& request : group) {
      ASSERT_LT(i, answers.size());
      const Response expected = one_by_one(model, request);
      EXPECT_NEAR(answers[i].log_likelihood, expected.log_likelihood, tolerance) << i;
      EXPECT_EQ(answers[i].is_greedy, expected.is_greedy) << i;
      ++i;
    }
  }
  EXPECT_EQ(i, answers.size());
}

// A common prefix of 0 or 3 tokens is computed for every question, one of 18 only once. With 18,
// contexts have up to 27 tokens, so the remainder of a context is too short for a prefix of its
// own.
TEST(ScoreRequests, AnswersDoNotDependOnBatchesOrSharedPrefixes) {
  const Decoder model = tiny_model(3);
  for (const std::size_t num_common : {0u, 3u, 18u}) {
    const auto groups = questions(num_common);
    for (const std::int64_t batch_tokens : {1, 64, 100000}) {
      SCOPED_TRACE(testing::Message() << num_common << " common, batches of " << batch_tokens);
      expect_equal(score_requests(model, groups, {batch_tokens}, alone()), model, groups, 1e-12);
    }
  }
}

// Contexts of 17 and more tokens without a common prefix: the context of each question is computed
// once.
TEST(ScoreRequests, AnswersDoNotDependOnSharedContexts) {
  const Decoder model = tiny_model(3);
  std::vector<RequestGroup> groups;
  for (std::uint64_t q = 0; q < 6; ++q) {
    const auto context = random_tokens(300 + q, 17 + q);
    groups.push_back({request_of(context, random_tokens(400 + q, 1)),
                      request_of(context, random_tokens(500 + q, 9)),
                      request_of(context, random_tokens(600 + q, 4))});
  }
  for (const std::int64_t batch_tokens : {1, 100, 100000}) {
    expect_equal(score_requests(model, groups, {batch_tokens}, alone()), model, groups, 1e-12);
  }
}

TEST(ScoreRequests, IsGreedyOnlyIfEveryTokenIs) {
  const Decoder model = tiny_model(3);
  std::vector<TokenId> tokens = random_tokens(7, 5);
  const at::NoGradGuard no_gradients;
  for (int i = 0; i < 4; ++i) {
    const at::Tensor logits = model.logits(at::tensor(tokens, at::kLong).unsqueeze(0))[0][-1];
    tokens.push_back(logits.argmax().item<TokenId>());
  }
  auto spoiled = tokens;
  spoiled[7] = (spoiled[7] + 1) % 257;
  const std::vector<RequestGroup> groups{{{tokens, 4}, {spoiled, 4}}};
  const auto answers = score_requests(model, groups, {}, alone());
  EXPECT_TRUE(answers[0].is_greedy);
  EXPECT_FALSE(answers[1].is_greedy);
}

TEST(ScoreRequests, NoRequestsGiveNoAnswers) {
  EXPECT_TRUE(score_requests(tiny_model(3), {}, {}, alone()).empty());
  const std::vector<RequestGroup> empty(2);
  EXPECT_TRUE(score_requests(tiny_model(3), empty, {}, alone()).empty());
}

TEST(ScoreRequests, ProgressIncreasesToTheNumberOfRequests) {
  const auto groups = questions(3);
  std::int64_t last = 0;
  const auto answers = score_requests(tiny_model(3), groups, {64}, alone(), [&](std::int64_t n) {
    EXPECT_GE(n, last);
    last = n;
  });
  EXPECT_EQ(last, std::ssize(answers));
}

TEST(ScoreRequests, TwoRanksGiveTheSameBitsAsOne) {
  const Decoder model = tiny_model(3, at::kFloat);
  const auto groups = questions(3);
  if (is_a_rank()) {
    const ProcessGroup group(launch_environment(), at::kCPU);
    const auto together = score_requests(model, groups, {64}, group);
    const auto by_itself = score_requests(model, groups, {64}, alone());
    ASSERT_EQ(together.size(), by_itself.size());
    for (std::size_t i = 0; i < together.size(); ++i) {
      EXPECT_EQ(together[i].log_likelihood, by_itself[i].log_likelihood) << i;
      EXPECT_EQ(together[i].is_greedy, by_itself[i].is_greedy) << i;
    }
    return;
  }
  expect_two_ranks_succeed(free_port());
}

}  // namespace
}  // namespace lamina
