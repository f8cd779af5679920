#pragma once
#include <string>

#include "lamina/text/corpus.h"

namespace lamina {

constexpr std::size_t kMaxNamesShown = 3;  // for each reason, and of the files read

/// "2 of an unknown kind (README.md, x.bin), 1 hidden (_SUCCESS)".
std::string left_out_text(const LeftOut& left_out);

/// "a, b, c and 7 more".
std::string names_text(std::span<const std::string> first, std::size_t count);

}  // namespace lamina
