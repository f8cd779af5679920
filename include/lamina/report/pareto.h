#pragma once
#include <span>
#include <vector>

namespace lamina {

/// For each point, whether no other point has at most its cost and at most its loss with one of the
/// two strictly less; equal points are on the front together. A point with a NaN is never on the
/// front and keeps none off it. `cost` and `loss` are of one length. O(n log n).
std::vector<bool> pareto_front(std::span<const double> cost, std::span<const double> loss);

}  // namespace lamina
