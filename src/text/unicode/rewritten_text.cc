#include "rewritten_text.h"

#include <algorithm>

namespace lamina {

void RewrittenText::keep(std::string_view part) {
  text_ += part;
  size_before_ += part.size();
}

void RewrittenText::change(std::string_view before, std::string_view after) {
  const std::size_t begin_after = text_.size();
  const std::size_t begin_before = size_before_;
  keep(before);
  text_.resize(begin_after);
  text_ += after;
  changes_.push_back({text_.size(), size_before_, begin_after, begin_before});
}

std::size_t RewrittenText::before(std::size_t after) const {
  const auto next =
      std::partition_point(changes_.begin(), changes_.end(),
                           [&](const Change& change) { return change.end_after <= after; });
  if (next != changes_.end() && after > next->begin_after) return next->begin_before;
  if (next == changes_.begin()) return after;
  const Change& last = *std::prev(next);
  return last.end_before + (after - last.end_after);
}

}  // namespace lamina
