#pragma once
#include <optional>
#include <string>

#include "lamina/core/json_lines.h"
#include "lamina/design/model_spec.h"

namespace lamina {

/// The config.json with which `transformers` loads this design as it is, in the spelling of its
/// version 4, which 5 reads too; nothing where it has no such model.
std::optional<Json> hugging_face_config(const ModelSpec& spec);

/// A config.json of `transformers`, in the spelling of its version 4 or 5, as the keys of
/// ModelSettings. Values are passed on unchecked; a key that is unknown, or that asks for
/// mathematics which this program does not have, is an Error.
Json settings_of_hugging_face(const Json& config);

}  // namespace lamina
