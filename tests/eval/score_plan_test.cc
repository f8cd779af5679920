#include "eval/scoring/score_plan.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

/// A question with `num_context` context tokens and `num_choices` choices of two tokens.
RequestGroup question(TokenId first, std::size_t num_context, TokenId num_choices) {
  RequestGroup group;
  for (TokenId choice = 0; choice < num_choices; ++choice) {
    std::vector<TokenId> tokens(num_context, first);
    tokens.insert(tokens.end(), {100 + choice, 200 + choice});
    group.push_back({tokens, 2});
  }
  return group;
}

TEST(PlanBatches, EveryGroupIsInOneBatchAndOnlySingleGroupsExceedTheLimit) {
  std::vector<RequestGroup> groups;
  for (TokenId i = 0; i < 40; ++i) {
    groups.push_back(question(i, 1 + static_cast<std::size_t>(i * 7 % 60), 1 + i % 4));
  }
  const auto lines = make_lines(groups);
  for (const std::int64_t batch_tokens : {1, 100, 1000}) {
    std::size_t num_groups = 0;
    for (const Batch& batch : plan_batches(lines, batch_tokens)) {
      num_groups += batch.groups.size();
      EXPECT_TRUE(batch.groups.size() == 1 || batch.num_lines * batch.longest <= batch_tokens);
      for (const LineGroup* group : batch.groups) {
        EXPECT_LE(group->longest(), batch.longest);
        EXPECT_LE(batch.num_shared, group->num_shared);
      }
    }
    EXPECT_EQ(num_groups, groups.size());
  }
  EXPECT_LT(plan_batches(lines, 1000).size(), 12u);  // about 3,100 inputs
}

TEST(MakeLines, SharesTheCommonPrefixUpToTheFirstTarget) {
  const auto lines = make_lines(std::vector<RequestGroup>{question(7, 5, 3)});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].lines.size(), 3u);
  EXPECT_EQ(lines[0].longest(), 6);   // the last token is a target, not an input
  EXPECT_EQ(lines[0].num_shared, 4);  // the fifth input has the first target
  EXPECT_EQ(lines[0].num_requests, 3);
}

}  // namespace
}  // namespace lamina
