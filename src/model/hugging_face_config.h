#pragma once
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/design/model_spec.h"

namespace lamina {

/// The design in the words of each architecture of `transformers` that lamina writes, as if it were
/// one: in the spelling of version 4, which 5 reads too. One that parse_config_json reads as
/// another specification lacks something that the design has.
std::vector<Json> hugging_face_candidates(const ModelSpec& spec);

}  // namespace lamina
