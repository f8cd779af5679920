#pragma once
#include <string_view>
#include <vector>

#include "pre_tokenizer.h"

namespace lamina {

/// Applies a splitting step to the span `piece` of the text. Appends its non-empty parts, in order,
/// as offsets in `text`.
void split_piece(const SplittingStep& step, std::string_view text, TextSpan piece,
                 std::vector<TextSpan>& parts);

}  // namespace lamina
