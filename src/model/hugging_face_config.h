#pragma once
#include <optional>

#include "lamina/core/json_lines.h"
#include "lamina/design/model_spec.h"

namespace lamina {

/// The config.json with which `transformers` loads this design as it is, in the spelling of its
/// version 4, which 5 reads too; nothing where it has no such model.
std::optional<Json> hugging_face_config(const ModelSpec& spec);

}  // namespace lamina
