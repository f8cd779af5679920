#pragma once
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/design/model_spec.h"

namespace lamina {

/// `spec` as a config.json of each architecture of `transformers` that lamina writes, with the keys
/// of version 4, which version 5 reads too. A candidate may be unable to express `spec`: use it
/// only if parse_config_json of it gives `spec` again.
std::vector<Json> hugging_face_candidates(const ModelSpec& spec);

}  // namespace lamina
