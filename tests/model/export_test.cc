#include <gtest/gtest.h>

#include <map>

#include "lamina/core/error.h"
#include "lamina/model/config_json.h"
#include "model/setting_changes.h"
#include "model/small_model.h"

namespace lamina {
namespace {

/// A model of each architecture of `transformers` that lamina writes, and of each layout.
std::vector<ModelSettings> starting_points() {
  std::vector<ModelSettings> all{small_settings(), neox_settings()};
  for (const auto& [name, sharing] : layouts_of_eight_layers())
    all.push_back(small_settings(sharing));
  all.push_back(small_settings());  // qwen2
  all.back().attention_bias = true;
  all.back().attention_output_bias = false;
  all.push_back(small_settings());  // qwen3
  all.back().qk_norm = true;
  all.push_back(small_settings());  // default head_dim and num_key_value_heads
  all.back().hidden_size = 32;
  all.back().head_dim = all.back().num_key_value_heads = std::nullopt;
  return all;
}

std::optional<ModelSpec> spec_of(const ModelSettings& settings) {
  try {
    return small_spec(settings);
  } catch (const SettingError&) {
    return std::nullopt;  // a value that contradicts the others
  }
}

/// Exports and imports the specification. The config.json of Hugging Face has no design name.
void expect_round_trip(const ModelSpec& spec, const std::string& where) {
  const Json config = config_json(spec);
  ModelSpec again = parse_config_json(Json::parse(config.dump()));
  if (config["model_type"] != "lamina") again.design = spec.design;
  EXPECT_TRUE(again == spec) << where << ": " << config.dump();
}

TEST(Export, RoundTripsWithEveryValueOfEverySetting) {
  std::map<std::string, int> num_specs_with;  // key -> values that change the specification
  for (const ModelSettings& start : starting_points()) {
    const ModelSpec unchanged = small_spec(start);
    expect_round_trip(unchanged, unchanged.design);
    for (std::size_t field = 0, value = 0;;) {
      ModelSettings settings = start;
      SettingChange change(field, value++);
      settings.visit(change);
      if (change.key().empty()) break;
      num_specs_with[change.key()];
      if (!change.is_made()) {
        ++field, value = 0;
        continue;
      }
      const auto spec = spec_of(settings);
      if (!spec || *spec == unchanged) continue;
      ++num_specs_with[change.key()];
      expect_round_trip(*spec, change.key());
    }
  }
  EXPECT_GE(num_specs_with.size(), 28u);
  for (const auto& [key, count] : num_specs_with)
    EXPECT_GT(count, 0) << key << ": no tested value changes the specification";
}

}  // namespace
}  // namespace lamina
