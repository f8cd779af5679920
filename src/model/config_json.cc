#include "lamina/model/config_json.h"

#include <spdlog/fmt/fmt.h>

#include <array>

#include "lamina/config/json.h"
#include "lamina/config/reader.h"
#include "lamina/config/writer.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/strict_json.h"
#include "lamina/design/model_settings.h"
#include "model/hugging_face_config.h"
#include "model/hugging_face_settings.h"

namespace lamina {
namespace {

constexpr const char* kConfigJson = "config.json";
constexpr const char* kOwnType = "lamina";

/// Keys of lamina's own files that are not settings.
constexpr std::array kOwnKeys{"architectures", "model_type",   "torch_dtype", "design",
                              "bos_token_id",  "eos_token_id", "pad_token_id"};

[[noreturn]] void fail(const std::string& key, const std::string& reason) {
  throw Error(ErrorPlace{kConfigJson, key}, reason);
}

/// In files of `transformers` null means that the key is absent.
Json without_nulls(const Json& object) {
  Json result = Json::object();
  for (const auto& [key, value] : object.items()) {
    if (!value.is_null()) result[key] = value;
  }
  return result;
}

/// Reads the keys of ModelSettings. The two sizes that a configuration may leave to the tokenizer
/// and the data are required here.
ModelSettings model_settings(const Json& object) {
  ModelSettings settings;
  read_settings(node_of(without_nulls(object), {.file = kConfigJson}), settings);
  if (!settings.vocab_size) fail("vocab_size", "is missing");
  if (!settings.max_position_embeddings) fail("max_position_embeddings", "is missing");
  return settings;
}

/// Resolves the settings; throws Error with the file and the key if they contradict each other.
ModelSpec resolve_settings(const ModelSettings& settings) {
  try {
    return resolve(settings, *settings.vocab_size, *settings.max_position_embeddings);
  } catch (const SettingError& error) {
    fail(error.key(), error.reason());
  }
}

std::string string_at(const Json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end()) fail(key, "is missing");
  if (!found->is_string()) fail(key, fmt::format("got {}; expected a string", found->dump()));
  return found->get<std::string>();
}

/// The specification of a config.json of model_type "lamina".
ModelSpec parse_own(const Json& config) {
  const std::string design = string_at(config, "design");
  Json settings = config;
  for (const char* key : kOwnKeys) settings.erase(key);
  ModelSpec spec = resolve_settings(model_settings(settings));
  spec.design = design;
  return spec;
}

/// Whether `config` reads back as `spec`. The design name follows from the numbers and is not
/// compared.
bool round_trips(const Json& config, const ModelSpec& spec) {
  try {
    ModelSpec read = parse_config_json(config);
    read.design = spec.design;
    return read == spec;
  } catch (const Error&) {
    return false;  // for example sizes that the architecture does not allow
  }
}

/// A config.json of model_type "lamina", which can express every specification.
Json own_config(const ModelSpec& spec) {
  Json config{{"architectures", {"LaminaForCausalLM"}},
              {"model_type", kOwnType},
              {"torch_dtype", "float32"},
              {"design", spec.design}};
  config.update(settings_json(settings_of(spec)));
  return config;
}

}  // namespace

Json config_json(const ModelSpec& spec) {
  for (Json& candidate : hugging_face_candidates(spec)) {
    if (round_trips(candidate, spec)) return std::move(candidate);
  }
  return own_config(spec);
}

ModelSpec parse_config_json(const Json& config) {
  return reading_file([&] {
    if (!config.is_object()) fail("", "expected a JSON object");
    if (string_at(config, "model_type") == kOwnType) return parse_own(config);
    return resolve_settings(model_settings(settings_of_hugging_face(config)));
  });
}

ModelSpec read_config_json(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kConfigJson;
  const std::string text = read_file(path);
  try {
    return parse_config_json(parse_strict_json<Json>(text));
  } catch (const Json::exception& error) {
    throw Error(ErrorPlace{path.string()}, json_reason(error));
  } catch (const Error& error) {
    throw Error(ErrorPlace{path.string(), error.key()}, error.reason());
  }
}

}  // namespace lamina
