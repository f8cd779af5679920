#pragma once
#include <span>

#include "lamina/core/json_lines.h"
#include "lamina/dist/process_group.h"

namespace lamina {

/// Throws Error at the first key, in the order of rank 0's object, whose value differs between
/// ranks. by_rank[r] is the object of rank r; a key that it does not have counts as null. The
/// message names the key, each value and its ranks: "train.seed is 0 on ranks 0 and 2, 1 on rank
/// 1".
void check_equal(std::span<const Json> by_rank);

/// Collective: every rank must call. check_equal of the JSON objects `mine` of all ranks; an error
/// is thrown on every rank.
void require_agreement(const ProcessGroup& group, const Json& mine);

}  // namespace lamina
