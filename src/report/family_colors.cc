#include "family_colors.h"

#include <algorithm>
#include <array>
#include <set>

#include "lamina/design/design_name.h"

namespace lamina {
namespace {

using Color = std::pair<std::string, std::string>;

const std::array<Color, 7> kColors{{{"MHA", "#000000"},
                                    {"GQA", "#56b4e9"},
                                    {"MQA", "#0072b2"},
                                    {"GQA-CLA2", "#e69f00"},
                                    {"MQA-CLA2", "#d55e00"},
                                    {"MQA-CLA3", "#cc79a7"},
                                    {"MLKV", "#009e73"}}};
constexpr const char* kOther = "other";
constexpr const char* kOtherColor = "#8c8c8c";

}  // namespace

std::vector<Color> family_colors(const std::vector<std::string>& designs) {
  std::set<std::string> families;
  for (const std::string& design : designs) families.insert(design_family(design));
  const bool has_other = families.erase(kOther) > 0;
  std::vector<Color> colors, unused;
  for (const Color& color : kColors) {
    (families.erase(color.first) > 0 ? colors : unused).push_back(color);
  }
  std::ranges::reverse(unused);  // the colours of the papers' main families are taken last
  std::size_t num_used = 0;
  for (const std::string& family : families) {
    if (num_used < unused.size()) colors.emplace_back(family, unused[num_used++].second);
  }
  if (has_other || num_used < families.size()) colors.emplace_back(kOther, kOtherColor);
  return colors;
}

}  // namespace lamina
