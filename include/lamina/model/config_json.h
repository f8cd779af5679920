#pragma once
#include <filesystem>

#include "lamina/core/json_lines.h"
#include "lamina/design/model_spec.h"

namespace lamina {

/// A checkpoint's config.json. A design that `transformers` has (llama, qwen2, qwen3, gpt_neox) is
/// written in its words and loads there as it is: parse_config_json of what is written gives the
/// same specification, but for the design's name. Any other has model_type "lamina", the keys of a
/// configuration's `model` section, and its design's name.
Json config_json(const ModelSpec& spec);

/// The model of a config.json that `config_json` wrote or that `transformers` did, in the spelling
/// of its version 4 or 5: model_type llama, mistral, qwen2, qwen3 or gpt_neox. Throws Error naming
/// the key, what it got and what is allowed: also where a key is unknown or asks for mathematics
/// that this program does not have.
ModelSpec parse_config_json(const Json& config);

/// parse_config_json of the file in a checkpoint's folder; errors begin with its path.
ModelSpec read_config_json(const std::filesystem::path& folder);

}  // namespace lamina
