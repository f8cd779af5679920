#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "lamina/design/cost.h"
#include "lamina/kernels/attention.h"
#include "lamina/kernels/norm.h"
#include "lamina/kernels/rotary.h"
#include "lamina/kernels/swiglu.h"
#include "model/copied_weights_reference.h"

#include <ATen/core/grad_mode.h>
namespace lamina {
namespace {

/// A plain Llama made of the kernels, without source and reader layers.
class PlainDecoder {
 public:
  explicit PlainDecoder(const Decoder& model)
      : spec_(model.spec()), compute_(model.placement().compute) {
    for (const auto& [name, value] : model.parameters()) values_[name] = value.detach();
  }

  at::Tensor logits(const at::Tensor& tokens) const {
    at::Tensor x = at::embedding(values_.at("model.embed_tokens.weight"), tokens);
    const RotaryTable rotary =
        make_rotary_table(tokens.size(1), spec_.head_dim, spec_.rope_theta, x.options());
    for (std::int64_t layer = 0; layer < spec_.num_hidden_layers; ++layer) {
      const std::string name = "model.layers." + std::to_string(layer) + ".";
      x = x + attention(x, name, rotary);
      const at::Tensor y = normed(x, name + "post_attention_layernorm");
      const at::Tensor h = swiglu(multiplied(y, {name + "mlp.gate_proj", name + "mlp.up_proj"}));
      x = x + multiplied(h, {name + "mlp.down_proj"});
    }
    return multiplied(normed(x, "model.norm"), {"lm_head"});
  }

 private:
  at::Tensor normed(const at::Tensor& x, const std::string& name) const {
    return rms_norm(x, values_.at(name + ".weight"), spec_.norm_eps, compute_);
  }

  at::Tensor multiplied(const at::Tensor& x, const std::vector<std::string>& names) const {
    std::vector<at::Tensor> rows;
    for (const std::string& name : names) rows.push_back(values_.at(name + ".weight"));
    return linear(x, {rows, at::cat(rows).to(compute_)});
  }

  at::Tensor attention(const at::Tensor& x, const std::string& name,
                       const RotaryTable& rotary) const {
    const std::string own = name + "self_attn.";
    const at::Tensor qkv = multiplied(normed(x, name + "input_layernorm"),
                                      {own + "q_proj", own + "k_proj", own + "v_proj"})
                               .unflatten(-1, {-1, spec_.head_dim});
    const std::int64_t heads = spec_.num_attention_heads, kv_heads = spec_.num_key_value_heads;
    const at::Tensor q = rotate(qkv.narrow(2, 0, heads), rotary);
    const at::Tensor k = rotate(qkv.narrow(2, heads, kv_heads), rotary);
    const at::Tensor v = qkv.narrow(2, heads + kv_heads, kv_heads);
    return multiplied(causal_attention(q, k, v).flatten(2), {own + "o_proj"});
  }

  ModelSpec spec_;
  at::ScalarType compute_;
  std::map<std::string, at::Tensor> values_;
};

class IdentityMap : public testing::TestWithParam<at::ScalarType> {};

TEST_P(IdentityMap, EqualsPlainAttentionBitForBit) {
  const at::NoGradGuard no_gradients;
  const ModelSpec spec = small_spec(small_settings(sharing_of({0, 1, 2, 3, 4, 5, 6, 7})));
  const Decoder model = random_model(spec, at::kFloat, GetParam());
  const at::Tensor tokens = random_tokens(spec, 3, 17);
  const at::Tensor expected = PlainDecoder(model).logits(tokens);
  EXPECT_TRUE(expected.isfinite().all().item<bool>());
  EXPECT_TRUE(at::equal(model.logits(tokens), expected));
}

INSTANTIATE_TEST_SUITE_P(Precision, IdentityMap, testing::Values(at::kFloat, at::kBFloat16),
                         [](const auto& test) { return at::toString(test.param); });

class Layout : public testing::TestWithParam<NamedSharing> {
 protected:
  ModelSpec spec() const { return small_spec(small_settings(GetParam().sharing)); }
  void compare_with_copied_weights(KvNorm kv_norm) const;
};

void Layout::compare_with_copied_weights(KvNorm kv_norm) const {
  ModelSettings settings = small_settings(GetParam().sharing);
  settings.kv_norm = kv_norm;
  const Decoder model = random_model(small_spec(settings), at::kDouble, at::kDouble);
  const at::Tensor tokens = random_tokens(model.spec(), 2, 10);
  CopiedWeightsReference reference(model);
  const at::Tensor expected = reference.loss(tokens);
  const at::Tensor loss = model.loss(tokens, 1.0 / (2 * 9));
  EXPECT_LT(largest_difference(loss.detach(), expected.detach()), 1e-10);
  expected.backward();
  loss.backward();
  for (const auto& [name, value] : model.parameters()) {
    EXPECT_LT(largest_difference(value.grad(), reference.gradient(name)), 1e-10) << name;
  }
}

// 1e-10: float64 after a few thousand consecutive operations.
TEST_P(Layout, EqualsCopiedWeightsWithSummedGradients) {
  compare_with_copied_weights(KvNorm::kSeparate);
}
TEST_P(Layout, EqualsCopiedWeightsWithASharedNorm) { compare_with_copied_weights(KvNorm::kShared); }

TEST_P(Layout, CachedDecodingEqualsTheFullForwardPass) {
  const at::NoGradGuard no_gradients;
  const Decoder model = random_model(spec(), at::kDouble, at::kDouble);
  const at::Tensor tokens = random_tokens(spec(), 2, 12);
  KvCache cache(spec(), model.placement(), 2, 12);
  std::vector<at::Tensor> parts;
  for (const std::int64_t length : {5, 1, 1, 1, 1, 3}) {
    parts.push_back(model.logits(tokens.narrow(1, cache.length(), length), &cache));
  }
  EXPECT_EQ(cache.length(), 12);
  EXPECT_LT(largest_difference(at::cat(parts, 1), model.logits(tokens)), 1e-10);
}

TEST_P(Layout, CacheHasTheBytesOfTheCostFormula) {
  for (const auto& [dtype, bytes_per_value] :
       {std::pair{at::kDouble, 8}, {at::kFloat, 4}, {at::kBFloat16, 2}}) {
    const KvCache cache(spec(), {.compute = dtype}, 3, 16);
    EXPECT_EQ(cache.allocated_bytes(), kv_bytes_per_token(spec(), bytes_per_value) * 3 * 16);
    EXPECT_EQ(cache.capacity(), 16);
  }
}

/// Whether the cache has buffers for the keys and values of `layer`.
bool has_buffers(KvCache& cache, std::int64_t layer) {
  const at::Tensor one = at::ones({1, 1, 2, 8});
  try {
    cache.append(layer, {one, one});
    return true;
  } catch (const c10::Error&) {
    return false;
  }
}

TEST_P(Layout, OnlySourceLayersHaveKvParametersAndBuffers) {
  const Decoder model(spec(), {});
  KvCache cache(spec(), {}, 1, 4);
  std::set<std::string> names;
  for (const auto& parameter : model.parameters()) names.insert(parameter.name);
  for (std::int64_t layer = 0; layer < 8; ++layer) {
    const std::string own = "model.layers." + std::to_string(layer) + ".self_attn.";
    const bool source = spec().owns_kv(layer);
    EXPECT_TRUE(names.contains(own + "q_proj.weight"));
    EXPECT_EQ(names.contains(own + "k_proj.weight"), source);
    EXPECT_EQ(names.contains(own + "v_proj.weight"), source);
    EXPECT_EQ(names.contains(own + "kv_layernorm.weight"), source && spec().shares_kv());
    EXPECT_EQ(has_buffers(cache, layer), source);
  }
}

TEST_P(Layout, TheReferenceCopiesKvWeightsOncePerReader) {
  const Decoder model = random_model(spec(), at::kDouble, at::kDouble);
  CopiedWeightsReference reference(model);
  reference.loss(random_tokens(spec(), 1, 3));
  const KvSourceLayers sources = spec().kv_source_layers;
  for (const std::int64_t source : kv_layers(sources)) {
    const std::string name = "model.layers." + std::to_string(source) + ".self_attn.v_proj.weight";
    EXPECT_EQ(static_cast<std::int64_t>(reference.num_copies(name)),
              std::count(sources.begin(), sources.end(), source));
  }
}

INSTANTIATE_TEST_SUITE_P(OverEightLayers, Layout, testing::ValuesIn(layouts_of_eight_layers()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(KvCache, RefusesTokensBeyondItsCapacity) {
  const at::NoGradGuard no_gradients;
  const ModelSpec spec = small_spec(small_settings(sharing_of(KvLayout::kCla, 2)));
  const Decoder model = random_model(spec, at::kFloat, at::kFloat);
  KvCache cache(spec, {}, 1, 4);
  model.logits(random_tokens(spec, 1, 3), &cache);
  try {
    model.logits(random_tokens(spec, 1, 2), &cache);
    FAIL() << "accepted 5 tokens with a capacity of 4";
  } catch (const c10::Error& error) {
    EXPECT_EQ(error.msg(), "[kv_cache] expected at most 4 tokens but got 5");
  }
}

void change_none(ModelSettings&) {}
void set_gelu(ModelSettings& s) { s.mlp = MlpKind::kGelu; }

struct Switch {
  const char* name;
  void (*set)(ModelSettings&);
};

const Switch kSwitches[]{
    {"none", change_none},
    {"kv_norm_separate", [](ModelSettings& s) { s.kv_norm = KvNorm::kSeparate; }},
    {"kv_norm_shared", [](ModelSettings& s) { s.kv_norm = KvNorm::kShared; }},
    {"layer_norm", [](ModelSettings& s) { s.norm = NormKind::kLayer; }},
    {"parallel", [](ModelSettings& s) { s.block = BlockKind::kParallel; }},
    {"gelu", set_gelu},
    {"gelu_tanh", [](ModelSettings& s) { s.mlp = MlpKind::kGeluTanh; }},
    {"partial_rotary", [](ModelSettings& s) { s.partial_rotary_factor = 0.5; }},
    {"qk_norm", [](ModelSettings& s) { s.qk_norm = true; }},
    {"attention_bias", [](ModelSettings& s) { s.attention_bias = true; }},
    {"attention_output_bias", [](ModelSettings& s) { s.attention_output_bias = true; }},
    {"mlp_bias", [](ModelSettings& s) { s.mlp_bias = true; }},
    {"gelu_mlp_bias", [](ModelSettings& s) { set_gelu(s), s.mlp_bias = true; }},
    {"tied", [](ModelSettings& s) { s.tie_word_embeddings = true; }}};

TEST(DecoderParameters, AndTheirRoundedCopiesMatchTheCostModel) {
  for (const Switch& one : kSwitches) {
    for (const auto& [layout, sharing] : layouts_of_eight_layers()) {
      ModelSettings settings = small_settings(sharing);
      one.set(settings);
      const ModelSpec spec = small_spec(settings);
      Decoder model(spec, {.compute = at::kBFloat16});
      std::int64_t num_values = 0;
      for (const auto& parameter : model.parameters()) num_values += parameter.value.numel();
      EXPECT_EQ(num_values, count_parameters(spec).total()) << one.name << " with " << layout;
      EXPECT_EQ(4 * num_values + model.parameter_store().copied_bytes(),
                estimate_training_memory(spec, 1, true).weights)
          << one.name << " with " << layout;
    }
  }
}

}  // namespace
}  // namespace lamina
