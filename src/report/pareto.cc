#include "lamina/report/pareto.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lamina {

std::vector<bool> pareto_front(std::span<const double> cost, std::span<const double> loss) {
  // In ascending order of cost, then loss, a point is optimal if its loss is a new minimum.
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < cost.size(); ++i) {
    if (!std::isnan(cost[i]) && !std::isnan(loss[i])) order.push_back(i);
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(cost[i], loss[i]); });
  std::vector<bool> on_front(cost.size(), false);
  const std::size_t* last = nullptr;  // latest point of the front: the lowest loss so far
  for (const std::size_t& i : order) {
    const bool equal = last != nullptr && cost[i] == cost[*last] && loss[i] == loss[*last];
    if (last != nullptr && loss[i] >= loss[*last] && !equal) continue;
    on_front[i] = true;
    last = &i;
  }
  return on_front;
}

}  // namespace lamina
