#pragma once
#include <string>
#include <utility>
#include <vector>

namespace lamina {

/// Families of the designs (see design_family) and their colours, in the order of a legend. The
/// papers' families have the same colour in every figure, others take colours that are left; past
/// these, grey as "other". The palette is Okabe and Ito's for colour-blind readers without its
/// yellow, too pale on white.
std::vector<std::pair<std::string, std::string>> family_colors(
    const std::vector<std::string>& designs);

}  // namespace lamina
