#pragma once
#include <string>
#include <utility>
#include <vector>

namespace lamina {

/// The families of the designs (see design_family) and their colours, "#rrggbb", in the order of
/// the legend. The papers' families have the same colour in every figure; others get the unused
/// colours of the palette, and when these are exhausted, grey as "other". The palette is that of
/// Okabe and Ito ("Color Universal Design", 2008) for colour-blind readers, without its yellow,
/// which is too pale on white.
std::vector<std::pair<std::string, std::string>> family_colors(
    const std::vector<std::string>& designs);

}  // namespace lamina
