#pragma once
#include "lamina/core/json_lines.h"
#include "lamina/design/model_spec.h"

namespace lamina {

/// A checkpoint's config.json in Hugging Face's names. A model that is a plain Llama says so and
/// loads in `transformers` as it is; any other has model_type "lamina" and names what differs
/// (kv_source_layers, kv_norm, norm, block, mlp, qk_norm, rotary_dim).
Json config_json(const ModelSpec& spec);

/// The model of a config.json that `config_json` wrote. Throws Error naming the missing or wrong
/// key.
ModelSpec parse_config_json(const Json& config);

}  // namespace lamina
