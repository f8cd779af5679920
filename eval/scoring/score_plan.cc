#include "score_plan.h"

#include <algorithm>

namespace lamina {
namespace {

std::int64_t num_inputs(const Line& line) { return std::ssize(line.inputs); }

/// Length of the common prefix.
std::int64_t common_length(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  return std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
}

/// The inputs are all tokens but the last; input i predicts token i + 1.
Line make_line(const TokenRequest& request, std::int64_t number) {
  Line line{{request.tokens.begin(), request.tokens.end() - 1}, {}};
  for (std::int64_t i = num_inputs(line) - request.num_scored; i < num_inputs(line); ++i) {
    line.targets.push_back({i, request.tokens[static_cast<std::size_t>(i) + 1], number});
  }
  return line;
}

/// Adds the targets of `other`, whose inputs are equal.
void merge(Line& line, const Line& other) {
  line.targets.insert(line.targets.end(), other.targets.begin(), other.targets.end());
  std::ranges::stable_sort(line.targets, {}, &Target::position);
}

/// Length of the common prefix of the group's lines, up to the first target: a cached prefix has no
/// hidden states to compute a target from.
std::int64_t shared_length(const LineGroup& group) {
  const auto& first = group.lines.front().inputs;
  std::int64_t shared = std::ssize(first);
  for (const Line& line : group.lines) {
    shared = std::min({shared, line.targets.front().position, common_length(first, line.inputs)});
  }
  return shared;
}

LineGroup make_group(const RequestGroup& requests, std::int64_t first_number) {
  LineGroup group{.lines = {}, .num_requests = std::ssize(requests)};
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Line line = make_line(requests[i], first_number + static_cast<std::int64_t>(i));
    const auto equal = std::ranges::find(group.lines, line.inputs, &Line::inputs);
    if (equal != group.lines.end()) {
      merge(*equal, line);
    } else {
      group.lines.push_back(std::move(line));
    }
  }
  group.num_shared = shared_length(group);
  return group;
}

}  // namespace

std::int64_t LineGroup::longest() const {
  return num_inputs(*std::ranges::max_element(lines, {}, num_inputs));
}

void Batch::add(const LineGroup& group) {
  num_shared = groups.empty() ? group.num_shared : std::min(num_shared, group.num_shared);
  longest = std::max(longest, group.longest());
  num_lines += std::ssize(group.lines);
  num_requests += group.num_requests;
  groups.push_back(&group);
}

std::vector<LineGroup> make_lines(std::span<const RequestGroup> groups) {
  std::vector<LineGroup> result;
  std::int64_t number = 0;
  for (const RequestGroup& group : groups) {
    if (!group.empty()) result.push_back(make_group(group, number));
    number += std::ssize(group);
  }
  return result;
}

std::int64_t shared_by_all(std::span<const LineGroup> groups) {
  if (groups.empty()) return 0;
  const auto& first = groups.front().lines.front().inputs;
  std::int64_t shared = std::ssize(first);
  for (const LineGroup& group : groups) {
    shared = std::min({shared, group.num_shared, common_length(first, group.lines.front().inputs)});
  }
  return shared;
}

std::vector<Batch> plan_batches(std::span<const LineGroup> groups, std::int64_t batch_tokens) {
  std::vector<const LineGroup*> sorted;
  for (const LineGroup& group : groups) sorted.push_back(&group);
  std::ranges::stable_sort(sorted, std::ranges::greater{}, [](const LineGroup* group) {
    return std::pair(group->lines.size() > 1 ? group->num_shared : group->longest(),
                     group->longest());
  });
  std::vector<Batch> batches;
  for (const LineGroup* group : sorted) {
    const auto fits = [&](const Batch& batch) {
      return std::max(batch.longest, group->longest()) *
                 (batch.num_lines + std::ssize(group->lines)) <=
             batch_tokens;
    };
    if (batches.empty() || !fits(batches.back())) batches.emplace_back();
    batches.back().add(*group);
  }
  return batches;
}

}  // namespace lamina
