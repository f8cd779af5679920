#include "rank_list.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

namespace lamina {

std::string rank_list(std::span<const int> ranks) {
  constexpr std::size_t kMaxShown = 8;
  if (ranks.size() == 1) return fmt::format("rank {}", ranks[0]);
  if (ranks.size() > kMaxShown) {
    return fmt::format("ranks {} and {} more", fmt::join(ranks.first(kMaxShown), ", "),
                       ranks.size() - kMaxShown);
  }
  return fmt::format("ranks {} and {}", fmt::join(ranks.first(ranks.size() - 1), ", "),
                     ranks.back());
}

}  // namespace lamina
