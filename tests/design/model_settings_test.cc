#include "lamina/design/model_settings.h"

#include <gtest/gtest.h>

#include "design/layouts.h"
#include "error_text.h"

namespace lamina {
namespace {

ModelSettings settings_of(std::optional<std::string> design = std::nullopt) {
  ModelSettings settings;
  settings.design = std::move(design);
  settings.hidden_size = 64;
  settings.intermediate_size = 96;
  settings.num_hidden_layers = 6;
  return settings;
}

ModelSpec resolved(const ModelSettings& settings) { return resolve(settings, 1000, 128); }

std::string error_of(const ModelSettings& settings) {
  return error_text([&] { resolved(settings); });
}

TEST(ModelSettings, DesignSetsTheSeparateKeys) {
  const ModelSpec spec = resolved(settings_of("H16-GQA2-CLA2"));
  EXPECT_EQ(spec.head_dim, 16);
  EXPECT_EQ(spec.num_attention_heads, 4);
  EXPECT_EQ(spec.num_key_value_heads, 2);
  EXPECT_EQ(spec.kv_source_layers, (KvSourceLayers{0, 0, 2, 2, 4, 4}));
  EXPECT_EQ(spec.design, "H16-GQA2-CLA2");
}

TEST(ModelSettings, SeparateKeysGiveTheDesignName) {
  ModelSettings settings = settings_of();
  settings.num_attention_heads = 4;
  settings.num_key_value_heads = 2;
  settings.kv_sharing = sharing_of(KvLayout::kCla, 2);
  EXPECT_EQ(resolved(settings).head_dim, 16);
  EXPECT_EQ(resolved(settings).design, "H16-GQA2-CLA2");
}

TEST(ModelSettings, DesignAndSeparateKeysMayAgree) {
  ModelSettings settings = settings_of("H16-MQA-CLA2");
  settings.head_dim = 16;
  settings.num_attention_heads = 4;
  settings.num_key_value_heads = 1;
  settings.kv_sharing = sharing_of({0, 0, 2, 2, 4, 4});  // the same map, as a list
  EXPECT_EQ(resolved(settings).design, "H16-MQA-CLA2");
  ModelSettings mha = settings_of("H16-MHA");
  mha.num_attention_heads = 4;
  mha.num_key_value_heads = 4;
  EXPECT_EQ(resolved(mha).design, "H16-MHA");
}

TEST(ModelSettings, DesignAndSeparateKeysMustNotContradict) {
  ModelSettings settings = settings_of("H16-MQA-CLA2");
  settings.head_dim = 32;
  EXPECT_EQ(error_of(settings), "head_dim: got 32; expected 16, as in design H16-MQA-CLA2");
  settings = settings_of("H16-MQA-CLA2");
  settings.num_key_value_heads = 2;
  EXPECT_EQ(error_of(settings),
            "num_key_value_heads: got 2; expected 1, as in design H16-MQA-CLA2");
  settings = settings_of("H16-MHA");
  settings.num_attention_heads = 4;
  settings.num_key_value_heads = 2;
  EXPECT_EQ(error_of(settings),
            "num_key_value_heads: got 2; expected 4, the number of query heads, as in design "
            "H16-MHA");
  settings = settings_of("H16-MQA-CLA2");
  settings.kv_sharing = sharing_of(KvLayout::kCla, 3);
  EXPECT_EQ(error_of(settings),
            "kv_sharing: layout cla contradicts design H16-MQA-CLA2; set one of them");
  settings = settings_of("H16-MQA");
  settings.kv_sharing = sharing_of(KvLayout::kDenseFront);
  EXPECT_EQ(error_of(settings),
            "kv_sharing: layout dense_front contradicts design H16-MQA; set one of them");
}

TEST(ModelSettings, RequiresASettingForTheHeads) {
  EXPECT_EQ(error_of(settings_of()),
            "model: expected at least one of design, head_dim and num_attention_heads");
  EXPECT_EQ(error_of(settings_of("MLKV2")),
            "model: expected at least one of design, head_dim and num_attention_heads");
}

TEST(ModelSettings, HeadsThatDoNotDivideMustBeExplicit) {
  ModelSettings settings = settings_of("H12-MQA");
  EXPECT_EQ(error_of(settings),
            "num_attention_heads: must be set, as head_dim 12 does not divide hidden_size 64");
  settings.num_attention_heads = 5;
  EXPECT_EQ(resolved(settings).query_dim(), 60);
  settings = settings_of();
  settings.num_attention_heads = 5;
  EXPECT_EQ(error_of(settings),
            "head_dim: must be set, as num_attention_heads 5 does not divide hidden_size 64");
}

TEST(ModelSettings, NumberOfKvHeadsDividesTheQueryHeads) {
  EXPECT_EQ(error_of(settings_of("H16-GQA3")),
            "num_key_value_heads: got 3; expected a divisor of num_attention_heads 4");
  EXPECT_EQ(error_of(settings_of("H16-GQA8")),
            "num_key_value_heads: got 8; expected a divisor of num_attention_heads 4");
}

TEST(ModelSettings, PartialRotaryRotatesAnEvenNumberOfDimensions) {
  ModelSettings settings = settings_of("H16-MQA");
  EXPECT_EQ(resolved(settings).rotary_dim, 16);
  settings.partial_rotary_factor = 0.25;
  EXPECT_EQ(resolved(settings).rotary_dim, 4);
  settings.partial_rotary_factor = 0;
  EXPECT_EQ(resolved(settings).rotary_dim, 0);
  settings.partial_rotary_factor = 0.3125;
  EXPECT_EQ(error_of(settings),
            "partial_rotary_factor: got 0.3125, which rotates 5 of the 16 dimensions of a head; "
            "expected an even number");
  settings.partial_rotary_factor = 0.28125;
  EXPECT_EQ(error_of(settings),
            "partial_rotary_factor: got 0.28125, which rotates 4.5 of the 16 dimensions of a head; "
            "expected an even number");
}

TEST(ModelSettings, KvNormIsSeparateByDefaultIfLayersShareKv) {
  EXPECT_EQ(resolved(settings_of("H16-MQA-CLA2")).kv_norm, KvNorm::kSeparate);
  EXPECT_EQ(resolved(settings_of("H16-MQA")).kv_norm, KvNorm::kShared);
  EXPECT_EQ(resolved(settings_of("H16-MQA-CLA1")).kv_norm, KvNorm::kShared);
  ModelSettings settings = settings_of("H16-MQA-CLA2");
  settings.kv_norm = KvNorm::kShared;
  EXPECT_EQ(resolved(settings).kv_norm, KvNorm::kShared);
}

TEST(ModelSettings, OutputBiasFollowsAttentionBiasByDefault) {
  ModelSettings settings = settings_of("H16-MQA");
  EXPECT_FALSE(resolved(settings).attention_output_bias);
  settings.attention_bias = true;
  EXPECT_TRUE(resolved(settings).attention_output_bias);
  settings.attention_output_bias = false;
  EXPECT_FALSE(resolved(settings).attention_output_bias);
  EXPECT_TRUE(resolved(settings).attention_bias);
}

TEST(ModelSettings, EachKindOfNormHasItsOwnEpsilon) {
  ModelSettings settings = settings_of("H16-MQA");
  settings.rms_norm_eps = 1e-6;
  settings.layer_norm_eps = 1e-12;
  EXPECT_EQ(resolved(settings).norm_eps, 1e-6);
  settings.norm = NormKind::kLayer;
  EXPECT_EQ(resolved(settings).norm_eps, 1e-12);
}

TEST(ModelSettings, UnsetSizesComeFromTheTokenizerAndTheData) {
  ModelSettings settings = settings_of("H16-MQA");
  EXPECT_EQ(resolved(settings).vocab_size, 1000);
  EXPECT_EQ(resolved(settings).max_position_embeddings, 128);
  settings.vocab_size = 77;
  settings.max_position_embeddings = 9;
  EXPECT_EQ(resolved(settings).vocab_size, 77);
  EXPECT_EQ(resolved(settings).max_position_embeddings, 9);
}

// A run's config.yaml contains the explicit settings: reading it again must give the same model.
TEST(ModelSettings, ExplicitSettingsResolveToTheSameModel) {
  for (const char* design :
       {"H16-MHA", "H16-MQA-CLA3", "H16-GQA2-CLA2-KeepEnds", "H16-MQA-CLA2-DenseFront",
        "H16-MQA-CLA2-DenseBack", "H16-GQA2-MLKV4"}) {
    const ModelSettings settings = settings_of(design);
    const ModelSpec spec = resolved(settings);
    const ModelSettings all_explicit = explicit_settings(settings, spec);
    EXPECT_FALSE(all_explicit.design);
    const ModelSpec again = resolve(all_explicit, 5, 5);
    EXPECT_EQ(again.design, spec.design);
    EXPECT_EQ(again.kv_source_layers, spec.kv_source_layers);
    EXPECT_EQ(again.kv_norm, spec.kv_norm);
    EXPECT_EQ(again.vocab_size, spec.vocab_size);
    EXPECT_EQ(again.max_position_embeddings, spec.max_position_embeddings);
    EXPECT_EQ(again.num_attention_heads, spec.num_attention_heads);
    EXPECT_EQ(again.num_key_value_heads, spec.num_key_value_heads);
  }
}

}  // namespace
}  // namespace lamina
