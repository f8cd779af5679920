#pragma once
#include "lamina/core/json_lines.h"

namespace lamina {

/// Translates a config.json of version 4 or 5 of `transformers` to the keys of ModelSettings.
/// Values that are copied are not validated. Throws Error for an unknown key, and for a value that
/// requires operations that lamina does not implement.
Json settings_of_hugging_face(const Json& config);

}  // namespace lamina
