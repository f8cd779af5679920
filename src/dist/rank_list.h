#pragma once
#include <span>
#include <string>

namespace lamina {

/// "rank 3", "ranks 0 and 2", "ranks 0, 1 and 5"; of more than eight, "ranks 0, 1, ... and 120
/// more". At least one rank, in the order to be listed.
std::string rank_list(std::span<const int> ranks);

}  // namespace lamina
