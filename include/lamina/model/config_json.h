#pragma once
#include <filesystem>

#include "lamina/core/json_lines.h"
#include "lamina/design/model_spec.h"

namespace lamina {

/// The config.json of a checkpoint. A specification that an architecture of `transformers` can
/// express (llama, qwen2, qwen3, gpt_neox) is written with its model_type and keys and loads there
/// without changes. Any other has model_type "lamina", the keys of the `model` section of a
/// configuration, and the design name. parse_config_json of the result gives `spec` again, except
/// for the design name in the first case.
Json config_json(const ModelSpec& spec);

/// The specification of a config.json written by `config_json`, or by version 4 or 5 of
/// `transformers` for model_type llama, mistral, qwen2, qwen3 or gpt_neox. Throws Error with the
/// key, its value and what is allowed. Nothing is ignored silently: an unknown key, or a value that
/// requires operations that lamina does not implement, is an Error too.
ModelSpec parse_config_json(const Json& config);

/// parse_config_json of the config.json in a checkpoint folder; errors start with its path.
ModelSpec read_config_json(const std::filesystem::path& folder);

}  // namespace lamina
