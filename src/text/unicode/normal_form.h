#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "rewritten_text.h"

namespace lamina {

/// The normal forms of Unicode's annex 15.
enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd };

/// Brings well-formed UTF-8 into a normal form. False, and nothing done, where it is in it already.
bool normalise(std::string_view text, NormalForm form, RewrittenText& out);

}  // namespace lamina
