#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lamina/eval/scoring.h"

namespace lamina {

/// A token whose probability is needed: `token` as the successor of the input at `position`.
struct Target {
  std::int64_t position;  ///< index in the line's inputs
  std::int64_t token;
  std::int64_t request;  ///< number of the request that it belongs to
};

/// One row of model input, for one request or for several with equal inputs.
struct Line {
  std::vector<std::int64_t> inputs;
  std::vector<Target> targets;  ///< in order of position
};

/// The lines of a request group. Their first `num_shared` inputs are equal, and none of these has a
/// target.
struct LineGroup {
  std::vector<Line> lines;
  std::int64_t num_shared = 0;
  std::int64_t num_requests = 0;

  std::int64_t longest() const;  ///< number of inputs of the longest line
};

/// Groups that are scored together: the first `num_shared` inputs once per group, then the
/// remaining inputs of every line.
struct Batch {
  std::vector<const LineGroup*> groups;
  std::int64_t num_shared = 0;

  std::int64_t num_lines = 0;
  std::int64_t num_requests = 0;
  std::int64_t longest = 0;  ///< number of inputs of the longest line

  void add(const LineGroup& group);
};

/// The lines of each group; empty groups are left out. Requests are numbered from 0 over all
/// groups.
std::vector<LineGroup> make_lines(std::span<const RequestGroup> groups);

/// Length of the common prefix of all lines of all groups, up to the first target.
std::int64_t shared_by_all(std::span<const LineGroup> groups);

/// Batches of groups of similar length, longest first, so that a lack of memory shows at once. A
/// batch has at most `batch_tokens` inputs, padding included, unless it is a single group. The
/// batches point into `groups`.
std::vector<Batch> plan_batches(std::span<const LineGroup> groups, std::int64_t batch_tokens);

}  // namespace lamina
