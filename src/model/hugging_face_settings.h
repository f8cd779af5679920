#pragma once
#include "lamina/core/json_lines.h"

namespace lamina {

/// A config.json of `transformers`, in the spelling of its version 4 or 5, as the keys of
/// ModelSettings. Values are passed on unchecked; a key that is unknown, or that asks for
/// mathematics which this program does not have, is an Error.
Json settings_of_hugging_face(const Json& config);

}  // namespace lamina
