#include "fewshot.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "task_data.h"

namespace lamina {
namespace {

/// Python's equality of two dictionaries: the order of keys does not count.
bool same_row(const Json& a, const Json& b) {
  const auto items = a.items();
  return a.size() == b.size() && std::all_of(items.begin(), items.end(), [&](const auto& item) {
           const auto found = b.find(item.key());
           return found != b.end() && *found == item.value();
         });
}

}  // namespace

// The harness draws one more, and drops the document itself, where the splits of shots and of
// documents are equal by its settings; that is so, both being unset, for the tasks that it scores
// on their validation split although their shots are of another.
FewshotSampler::FewshotSampler(const TaskDefinition& task, const TaskOptions& options,
                               std::vector<const Json*> pool)
    : pool_(std::move(pool)),
      num_shots_(static_cast<std::size_t>(options.num_fewshot)),
      first_shots_(task.first_shots),
      excludes_document_(task.evaluated == Split::kValidation),
      random_(static_cast<std::uint64_t>(options.fewshot_seed)) {
  const std::size_t drawn = num_shots_ + (excludes_document_ ? 1 : 0);
  if (num_shots_ > 0 && drawn > pool_.size()) {
    throw UsageError(fmt::format("{}: {} shots need {} rows, but the {} split has {}", task.name,
                                 num_shots_, drawn, split_name(*task.fewshot), pool_.size()));
  }
}

std::vector<const Json*> FewshotSampler::next(const Json& document) {
  if (num_shots_ == 0) return {};
  if (first_shots_) return {pool_.begin(), pool_.begin() + static_cast<std::ptrdiff_t>(num_shots_)};
  std::vector<const Json*> shots;
  for (const std::size_t i :
       random_.sample(pool_.size(), num_shots_ + (excludes_document_ ? 1 : 0))) {
    if (!excludes_document_ || !same_row(*pool_[i], document)) shots.push_back(pool_[i]);
  }
  shots.resize(std::min(shots.size(), num_shots_));
  return shots;
}

}  // namespace lamina
