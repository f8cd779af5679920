#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "rewritten_text.h"

namespace lamina {

/// The normalization forms of Unicode Standard Annex #15.
enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd };

/// Converts well-formed UTF-8 to a normalization form and appends it to `out`. Returns false, and
/// leaves `out` unchanged, if the text already is in that form. Thread-safe.
bool normalise(std::string_view text, NormalForm form, RewrittenText& out);

}  // namespace lamina
