#pragma once
#include <span>
#include <vector>

namespace lamina {

/// For each point, whether it is Pareto-optimal: no other point has a lower or equal cost and a
/// lower or equal loss, with one of the two strictly lower. Equal points are optimal together. A
/// point with a NaN is never optimal and dominates no other point. Requires cost.size() ==
/// loss.size(). O(n log n).
std::vector<bool> pareto_front(std::span<const double> cost, std::span<const double> loss);

}  // namespace lamina
