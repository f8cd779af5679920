#include "lamina/model/initialise.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <map>

#include "model/small_model.h"

namespace lamina {
namespace {

using NamedValues = std::map<std::string, at::Tensor>;

NamedValues initialised(const ModelSpec& spec, std::uint64_t seed) {
  Decoder model(spec, {});
  initialise(model, seed);
  NamedValues values;
  for (const auto& [name, value] : model.parameters()) values[name] = value.detach();
  return values;
}

/// Large enough that initialise uses several threads.
ModelSpec wide_spec(const KvSharing& sharing = {}) {
  ModelSettings settings = small_settings(sharing);
  settings.hidden_size = 96;
  settings.intermediate_size = 160;
  settings.num_hidden_layers = 4;
  settings.initializer_range = 0.01275;
  return resolve(settings, 300, 32);
}

class Threads {
 public:
  explicit Threads(int count) : before_(at::get_num_threads()) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

NamedValues initialised_with_threads(int count) {
  const Threads threads(count);
  return initialised(wide_spec(), 3);
}

TEST(Initialise, TheSameSeedGivesTheSameBitsWithOneAndTwoThreads) {
  const NamedValues one = initialised_with_threads(1), two = initialised_with_threads(2);
  ASSERT_EQ(one.size(), two.size());
  for (const auto& [name, value] : one) EXPECT_TRUE(at::equal(value, two.at(name))) << name;
}

TEST(Initialise, AnotherSeedGivesOtherValues) {
  const NamedValues one = initialised(wide_spec(), 3), other = initialised(wide_spec(), 4);
  for (const auto& [name, value] : one) {
    const bool drawn = value.dim() == 2;
    EXPECT_EQ(at::equal(value, other.at(name)), !drawn) << name;
  }
}

// The standard error over n values is sigma / sqrt(2 n) for a standard deviation and sigma /
// sqrt(n) for a mean.
TEST(Initialise, MatricesAreNormalWithThePapersStandardDeviation) {
  constexpr double kSigma = 0.01275;
  for (const auto& [name, value] : initialised(wide_spec(), 3)) {
    if (value.dim() != 2) continue;
    const at::Tensor values = value.to(at::kDouble);
    const double n = static_cast<double>(value.numel());
    EXPECT_NEAR(values.std().item<double>(), kSigma, 5 * kSigma / std::sqrt(2 * n)) << name;
    EXPECT_NEAR(values.mean().item<double>(), 0, 5 * kSigma / std::sqrt(n)) << name;
    const double within = (values.abs() < kSigma).to(at::kDouble).mean().item<double>();
    EXPECT_NEAR(within, 0.682689, 5 * std::sqrt(0.682689 * 0.317311 / n)) << name;
  }
}

TEST(Initialise, NormsAreOneAndBiasesZero) {
  ModelSettings settings = small_settings(sharing_of(KvLayout::kCla, 2));
  settings.norm = NormKind::kLayer;
  settings.attention_bias = settings.mlp_bias = settings.qk_norm = true;
  for (const auto& [name, value] : initialised(small_spec(settings), 3)) {
    if (value.dim() == 2) continue;
    EXPECT_TRUE((value == (name.ends_with(".bias") ? 0 : 1)).all().item<bool>()) << name;
  }
}

TEST(Initialise, DifferentParametersHaveDifferentValues) {
  const NamedValues values = initialised(wide_spec(), 3);
  const auto& first = values.at("model.layers.0.mlp.up_proj.weight");
  EXPECT_FALSE(at::equal(first, values.at("model.layers.1.mlp.up_proj.weight")));
  EXPECT_FALSE(at::equal(first, values.at("model.layers.0.mlp.gate_proj.weight")));
}

// Designs are compared from the same initialisation: parameters that they share are equal.
TEST(Initialise, DesignsHaveEqualValuesForCommonParameters) {
  const NamedValues plain = initialised(wide_spec(), 3);
  for (const KvSharing& sharing : {sharing_of(KvLayout::kCla, 2), sharing_of(KvLayout::kMlkv, 1)}) {
    std::size_t num_compared = 0;
    for (const auto& [name, value] : initialised(wide_spec(sharing), 3)) {
      if (!plain.contains(name)) continue;  // the K/V norm
      EXPECT_TRUE(at::equal(value, plain.at(name))) << name;
      ++num_compared;
    }
    // Embedding, final norm, head; per layer Q, O, three of the MLP, two norms; per source K and V.
    EXPECT_EQ(num_compared, 3 + 4 * 7 + 2 * kv_layers(wide_spec(sharing).kv_source_layers).size());
  }
}

TEST(Initialise, Float64HasTheSameValuesAsFloat32) {
  const ModelSpec spec = wide_spec();
  Decoder model(spec, {.master = at::kDouble, .compute = at::kDouble});
  initialise(model, 3);
  const NamedValues expected = initialised(spec, 3);
  for (const auto& [name, value] : model.parameters()) {
    EXPECT_TRUE(at::equal(value, expected.at(name).to(at::kDouble))) << name;
  }
}

}  // namespace
}  // namespace lamina
