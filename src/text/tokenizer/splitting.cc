#include "splitting.h"

#include <algorithm>
#include <optional>
#include <span>

namespace lamina {
namespace {

/// A match, or the text between two matches.
struct Part {
  TextSpan span;
  bool is_match = false;
};

/// Calls `part` with each match in `text`, which may be empty, and each non-empty part between
/// them.
template <class Pattern, class Visit>
void for_each_part(const Pattern& pattern, std::string_view text, Visit part) {
  std::size_t done = 0;
  for (std::optional<TextSpan> match; find_next(pattern, text, match); done = match->end) {
    if (match->begin > done) part({done, match->begin}, false);
    part(*match, true);
  }
  if (done < text.size()) part({done, text.size()}, false);
}

/// Joins each match to the preceding part if that is not a match, in the given order.
void merge_matches(std::span<const Part> parts, std::vector<TextSpan>& merged) {
  bool after_match = false;
  for (const Part& part : parts) {
    if (part.is_match && !after_match && !merged.empty()) {
      merged.back().begin = std::min(merged.back().begin, part.span.begin);
      merged.back().end = std::max(merged.back().end, part.span.end);
    } else {
      merged.push_back(part.span);
    }
    after_match = part.is_match;
  }
}

std::vector<TextSpan> combine(std::vector<Part> parts, SplitBehavior behavior) {
  std::vector<TextSpan> result;
  if (behavior == SplitBehavior::kMergedWithPrevious) {
    merge_matches(parts, result);
  } else if (behavior == SplitBehavior::kMergedWithNext) {
    std::reverse(parts.begin(), parts.end());
    merge_matches(parts, result);
    std::reverse(result.begin(), result.end());
  } else {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0 && parts[i].is_match == parts[i - 1].is_match) {
        result.back().end = parts[i].span.end;
      } else {
        result.push_back(parts[i].span);
      }
    }
  }
  return result;
}

template <class Pattern>
void split_by(const Pattern& pattern, const SplittingStep& step, std::string_view text,
              std::size_t offset, std::vector<TextSpan>& result) {
  const auto add = [&](TextSpan span) {
    if (span.begin < span.end) result.push_back({span.begin + offset, span.end + offset});
  };
  if (step.behavior == SplitBehavior::kIsolated) {
    return for_each_part(pattern, text, [&](TextSpan span, bool) { add(span); });
  }
  if (step.behavior == SplitBehavior::kRemoved) {
    return for_each_part(pattern, text, [&](TextSpan span, bool is_match) {
      if (is_match == step.invert) add(span);
    });
  }
  std::vector<Part> parts;
  for_each_part(pattern, text, [&](TextSpan span, bool is_match) {
    parts.push_back({span, is_match != step.invert});
  });
  for (const TextSpan span : combine(std::move(parts), step.behavior)) add(span);
}

}  // namespace

void split_piece(const SplittingStep& step, std::string_view text, TextSpan piece,
                 std::vector<TextSpan>& parts) {
  std::visit(
      [&](const auto& pattern) { split_by(pattern, step, slice(text, piece), piece.begin, parts); },
      step.pattern);
}

}  // namespace lamina
