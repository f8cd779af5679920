#include "lamina/design/cost.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

/// D 8, F 12, V 10; 4 layers that share K/V in pairs, H 3, G 1, K 4.
ModelSpec small_spec() {
  ModelSpec spec;
  spec.vocab_size = 10;
  spec.hidden_size = 8;
  spec.intermediate_size = 12;
  spec.num_hidden_layers = 4;
  spec.num_attention_heads = 3;
  spec.num_key_value_heads = 1;
  spec.head_dim = 4;
  spec.kv_norm = KvNorm::kSeparate;
  spec.kv_source_layers = {0, 0, 2, 2};
  return spec;
}

TEST(Cost, ParametersByPart) {
  const ParameterCount count = count_parameters(small_spec());
  EXPECT_EQ(count.embedding, 10 * 8);
  EXPECT_EQ(count.query_output, 4 * (12 * 8 + 8 * 12));
  EXPECT_EQ(count.key_value, 2 * (4 * 8 + 4 * 8));  // readers own none
  EXPECT_EQ(count.mlp, 4 * (3 * 12 * 8));
  EXPECT_EQ(count.norms, (4 * 2 + 2 + 1) * 8);  // before Q and the MLP, before K/V, final
  EXPECT_EQ(count.lm_head, 10 * 8);
  EXPECT_EQ(count.total(), 80 + 768 + 128 + 1152 + 88 + 80);
}

TEST(Cost, AttentionBiases) {
  ModelSpec spec = small_spec();
  spec.attention_bias = true;
  EXPECT_EQ(count_parameters(spec).query_output, 768 + 4 * 12);
  EXPECT_EQ(count_parameters(spec).key_value, 128 + 2 * (4 + 4));
  spec.attention_output_bias = true;
  EXPECT_EQ(count_parameters(spec).query_output, 768 + 4 * (12 + 8));
  EXPECT_EQ(count_parameters(spec).total(), 2296 + 80 + 16);
}

TEST(Cost, MlpBiases) {
  ModelSpec spec = small_spec();
  spec.mlp_bias = true;
  EXPECT_EQ(count_parameters(spec).mlp, 1152 + 4 * (12 + 12 + 8));
  spec.mlp = MlpKind::kGelu;
  EXPECT_EQ(count_parameters(spec).mlp, 4 * (2 * 12 * 8) + 4 * (12 + 8));
}

TEST(Cost, LayerNormHasBiases) {
  ModelSpec spec = small_spec();
  spec.norm = NormKind::kLayer;
  EXPECT_EQ(count_parameters(spec).norms, (4 * 2 + 2 + 1) * (8 + 8));
}

TEST(Cost, GeluHasNoGate) {
  ModelSpec spec = small_spec();
  spec.mlp = MlpKind::kGelu;
  EXPECT_EQ(count_parameters(spec).mlp, 4 * (2 * 12 * 8));
}

TEST(Cost, QkNormHasTheHeadWidthAndKeyNormsOnlyInSourceLayers) {
  ModelSpec spec = small_spec();
  spec.qk_norm = true;
  EXPECT_EQ(count_parameters(spec).norms, 88 + 4 * 4 + 2 * 4);
}

TEST(Cost, SharedKvNormIsNotCountedTwice) {
  ModelSpec spec = small_spec();
  spec.kv_norm = KvNorm::kShared;
  EXPECT_EQ(count_parameters(spec).norms, (4 * 2 + 1) * 8);
}

TEST(Cost, ATiedEmbeddingCountsOnceAsParametersAndStillAsFlops) {
  ModelSpec spec = small_spec();
  const double flops = training_flops_per_token(spec, 16);
  spec.tie_word_embeddings = true;
  EXPECT_EQ(count_parameters(spec).lm_head, 0);
  EXPECT_EQ(count_parameters(spec).total(), 2296 - 80);
  EXPECT_EQ(training_flops_per_token(spec, 16), flops);
}

TEST(Cost, KvBytesPerToken) {
  EXPECT_EQ(kv_bytes_per_token(small_spec()), 2 * 1 * 4 * 2 * 2);
  EXPECT_EQ(kv_bytes_per_token(small_spec(), 4), 2 * 1 * 4 * 2 * 4);
  ModelSpec unshared = small_spec();
  unshared.num_key_value_heads = 3;
  unshared.kv_source_layers = {0, 1, 2, 3};
  EXPECT_EQ(kv_bytes_per_token(unshared), 2 * 3 * 4 * 4 * 2);
}

// 6 per matrix value: Q and O 768, K and V 128, MLP 1152, LM head 80. Attention: 4 layers, on
// average 8 of 16 positions, 2 products of 12 values, 2 FLOPs each, 3 passes: 6 * 4 * 16 * 12.
TEST(Cost, TrainingFlops) {
  EXPECT_EQ(training_flops_per_token(small_spec(), 16), 6 * (768 + 128 + 1152 + 80) + 4608);
  EXPECT_EQ(training_flops_per_token(small_spec(), 32), 6 * (768 + 128 + 1152 + 80) + 2 * 4608);
  ModelSpec gelu = small_spec();
  gelu.mlp = MlpKind::kGelu;
  EXPECT_EQ(training_flops_per_token(gelu, 16), 6 * (768 + 128 + 768 + 80) + 4608);
}

TEST(Cost, SharingSavesTheKvProjectionsOfReadersOnly) {
  ModelSpec unshared = small_spec();
  unshared.kv_source_layers = {0, 1, 2, 3};
  EXPECT_EQ(training_flops_per_token(unshared, 16) - training_flops_per_token(small_spec(), 16),
            6 * 2 * (2 * 4 * 8));
}

// float32 master weights with a bfloat16 copy of the matrices (Q, O, K, V, MLP, LM head, but not
// the embedding), float32 gradients, two float32 moments.
TEST(Cost, TrainingMemoryOfParameters) {
  const TrainingMemory bf16 = estimate_training_memory(small_spec(), 16, true);
  EXPECT_EQ(bf16.weights, 2296 * 4 + (768 + 128 + 1152 + 80) * 2);
  EXPECT_EQ(bf16.gradients, 2296 * 4);
  EXPECT_EQ(bf16.optimizer, 2296 * 8);
  EXPECT_EQ(bf16.loss_block, 16 * 10 * 2);
  EXPECT_EQ(estimate_training_memory(small_spec(), 16, false).weights, 2296 * 4);
  EXPECT_EQ(bf16.total(),
            bf16.weights + bf16.gradients + bf16.optimizer + bf16.activations + bf16.loss_block);
}

TEST(Cost, ActivationsGrowWithTokensAndPrecision) {
  const double one = estimate_training_memory(small_spec(), 1, true).activations;
  EXPECT_EQ(estimate_training_memory(small_spec(), 64, true).activations, 64 * one);
  EXPECT_GT(estimate_training_memory(small_spec(), 1, false).activations, one);
}

}  // namespace
}  // namespace lamina
