#pragma once
#include <string_view>
#include <vector>

#include "pre_tokenizer.h"

namespace lamina {

/// Appends the parts of `piece` of the text that the step makes of it, none empty.
void split_piece(const SplittingStep& step, std::string_view text, TextSpan piece,
                 std::vector<TextSpan>& parts);

}  // namespace lamina
