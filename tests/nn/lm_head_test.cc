#include "lamina/nn/lm_head.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

namespace lamina {
namespace {

constexpr std::int64_t kVocabSize = 7, kWidth = 4;

void fill_randomly(ParameterStore& store) {
  at::manual_seed(3);
  store.write([](const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters) parameter.value.normal_();
  });
}

at::Tensor tokens() { return at::tensor({3, 0, 6, 3}, at::kLong).view({2, 2}); }

TEST(Embedding, LooksUpRowsInTheMasterDtype) {
  ParameterStore store({.compute = at::kBFloat16});
  const Embedding embedding(store, "embed", kVocabSize, kWidth);
  fill_randomly(store);
  ASSERT_EQ(store.all().size(), 1u);
  EXPECT_EQ(store.all()[0].name, "embed.weight");
  const at::Tensor x = embedding.forward(tokens());
  EXPECT_EQ(x.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::equal(x[1][0], store.all()[0].value[6]));
  EXPECT_TRUE(at::equal(x[0][0], x[1][1]));
}

TEST(LmHead, MultipliesWithItsWeightRoundedToTheComputeDtype) {
  for (const bool tied : {false, true}) {
    ParameterStore store({.compute = at::kBFloat16});
    const Embedding embedding(store, "embed", kVocabSize, kWidth);
    const LmHead head = tied ? LmHead(store, embedding) : LmHead(store, "head", kVocabSize, kWidth);
    ASSERT_EQ(store.all().size(), tied ? 1u : 2u);
    for (int write = 0; write < 2; ++write) {
      fill_randomly(store);
      const at::Tensor logits = head.logits(at::eye(kWidth, at::kBFloat16));
      EXPECT_TRUE(at::equal(logits, store.all().back().value.detach().to(at::kBFloat16).t()));
    }
  }
}

// The table's gradient is the sum of the gradients of the lookup and of the matrix product.
TEST(LmHead, ATiedHeadContributesToTheEmbeddingGradient) {
  ParameterStore store({.master = at::kDouble, .compute = at::kDouble});
  const Embedding embedding(store, "embed", kVocabSize, kWidth);
  const LmHead head(store, embedding);
  fill_randomly(store);
  const at::Tensor targets = at::tensor({1, 6, 2, 0}, at::kLong);
  head.loss(embedding.forward(tokens()).flatten(0, 1), targets, 0.5).backward();

  const at::Tensor table = store.all()[0].value.detach().clone().requires_grad_();
  const at::Tensor logits = at::linear(at::embedding(table, tokens()).flatten(0, 1), table);
  (at::cross_entropy_loss(logits, targets) * (4 * 0.5)).backward();  // the mean of four losses
  EXPECT_TRUE(at::allclose(store.all()[0].value.grad(), table.grad(), 1e-12, 1e-12));
}

TEST(LmHead, ScoresEqualTheLogSoftmaxOfTheLogits) {
  ParameterStore store({.master = at::kDouble, .compute = at::kDouble});
  const LmHead head(store, "head", kVocabSize, kWidth);
  fill_randomly(store);
  const at::NoGradGuard no_gradients;
  const at::Tensor x = at::randn({3, kWidth}, at::kDouble);
  const at::Tensor positions = at::tensor({0, 0, 2}, at::kLong),
                   targets = at::tensor({5, 1, 5}, at::kLong);
  const at::Tensor expected = head.logits(x).log_softmax(-1).index({positions, targets});
  EXPECT_TRUE(
      at::allclose(head.scores(x, positions, targets).log_probabilities_N, expected, 1e-12, 1e-12));
}

}  // namespace
}  // namespace lamina
