#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lamina/eval/scoring.h"

namespace lamina {

/// Something asked of a line: token `target` behind its input `position`, for request `request`.
struct Target {
  std::int64_t position;
  std::int64_t token;
  std::int64_t request;
};

/// Inputs that the model reads in one row, for one request or for several that differ only in the
/// token behind the last.
struct Line {
  std::vector<std::int64_t> inputs;
  std::vector<Target> targets;  ///< in order of position
};

/// The lines of a request group. Their first `num_shared` inputs are equal, and nothing is asked
/// behind any of these.
struct LineGroup {
  std::vector<Line> lines;
  std::int64_t num_shared = 0;
  std::int64_t num_requests = 0;

  std::int64_t longest() const;  ///< inputs of its longest line
};

/// Groups that are scored together: the first `num_shared` inputs once a group, then the rest of
/// every line.
struct Batch {
  std::vector<const LineGroup*> groups;
  std::int64_t num_shared = 0;

  std::int64_t num_lines = 0;
  std::int64_t num_requests = 0;
  std::int64_t longest = 0;  ///< inputs of the longest line

  void add(const LineGroup& group);
};

/// Requests are numbered through all groups.
std::vector<LineGroup> make_lines(std::span<const RequestGroup> groups);

/// How many inputs all lines of all groups begin with, none of which anything is asked behind.
std::int64_t shared_by_all(std::span<const LineGroup> groups);

/// Groups of about the same length together, the longest first, so that memory that does not
/// suffice shows at once. All lines of a batch, padded, have at most `batch_tokens` inputs, unless
/// it is a single group.
std::vector<Batch> plan_batches(std::span<const LineGroup> groups, std::int64_t batch_tokens);

}  // namespace lamina
