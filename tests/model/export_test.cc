#include <gtest/gtest.h>

#include <map>

#include "lamina/core/error.h"
#include "lamina/model/config_json.h"
#include "model/setting_changes.h"
#include "model/small_model.h"

namespace lamina {
namespace {

/// A model of each architecture that is written in the words of `transformers`, and of each layout.
std::vector<ModelSettings> starting_points() {
  std::vector<ModelSettings> all{small_settings(), neox_settings()};
  for (const auto& [name, sharing] : layouts_of_eight_layers())
    all.push_back(small_settings(sharing));
  all.push_back(small_settings());  // qwen2
  all.back().attention_bias = true;
  all.back().attention_output_bias = false;
  all.push_back(small_settings());  // qwen3
  all.back().qk_norm = true;
  all.push_back(small_settings());  // head width and KV heads from the other sizes
  all.back().hidden_size = 32;
  all.back().head_dim = all.back().num_key_value_heads = std::nullopt;
  return all;
}

std::optional<ModelSpec> spec_of(const ModelSettings& settings) {
  try {
    return small_spec(settings);
  } catch (const SettingError&) {
    return std::nullopt;  // a value that does not fit the others
  }
}

/// Writes the specification and reads it again. Hugging Face's words have no name of a design.
void expect_import_of_export_is(const ModelSpec& spec, const std::string& where) {
  const Json config = config_json(spec);
  ModelSpec again = parse_config_json(Json::parse(config.dump()));
  if (config["model_type"] != "lamina") again.design = spec.design;
  EXPECT_TRUE(again == spec) << where << ": " << config.dump();
}

TEST(Export, ImportedAgainIsTheSameSpecificationWhateverOneSettingIs) {
  std::map<std::string, int> num_specs_with;  // another value of this key, where that tells
  for (const ModelSettings& start : starting_points()) {
    const ModelSpec unchanged = small_spec(start);
    expect_import_of_export_is(unchanged, unchanged.design);
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
      expect_import_of_export_is(*spec, change.key());
    }
  }
  EXPECT_GE(num_specs_with.size(), 28u);
  for (const auto& [key, count] : num_specs_with)
    EXPECT_GT(count, 0) << key << ": no value was tried that changes the specification";
}

}  // namespace
}  // namespace lamina
