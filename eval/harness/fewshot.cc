#include "fewshot.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "task_data.h"

namespace lamina {
namespace {

/// Equality of two Python dictionaries: the order of keys is ignored.
bool same_row(const Json& a, const Json& b) {
  const auto items = a.items();
  return a.size() == b.size() && std::all_of(items.begin(), items.end(), [&](const auto& item) {
           const auto found = b.find(item.key());
           return found != b.end() && *found == item.value();
         });
}

}  // namespace

// lm-evaluation-harness draws one shot more, and drops the document itself, if its settings
// fewshot_split and test_split are equal. That includes the tasks that leave both unset: they are
// scored on the validation split, with shots from the training split.
FewshotSampler::FewshotSampler(const TaskDefinition& task, const TaskOptions& options,
                               std::vector<const Json*> pool)
    : task_name_(task.name),
      pool_split_(task.fewshot.value_or(task.evaluated)),
      pool_(std::move(pool)),
      num_shots_(static_cast<std::size_t>(options.num_fewshot)),
      first_shots_(task.first_shots),
      excludes_document_(task.evaluated == Split::kValidation),
      random_(static_cast<std::uint64_t>(options.fewshot_seed)) {
  if (num_shots_ > 0) check_pool(pool_.size(), num_shots_ + (excludes_document_ ? 1 : 0), "rows");
}

std::vector<const Json*> FewshotSampler::next(const Json& document) {
  if (num_shots_ == 0) return {};
  if (first_shots_) return {pool_.begin(), pool_.begin() + static_cast<std::ptrdiff_t>(num_shots_)};
  if (!excludes_document_) return draw(pool_, num_shots_);
  const auto is_document = [&](const Json* row) { return same_row(*row, document); };
  std::vector<const Json*> shots = draw(pool_, num_shots_ + 1);
  std::erase_if(shots, is_document);
  if (shots.size() < num_shots_) {  // the pool contains the document more than once: draw again
    std::vector<const Json*> others = pool_;
    std::erase_if(others, is_document);
    check_pool(others.size(), num_shots_, "rows other than the document");
    return draw(others, num_shots_);
  }
  shots.resize(num_shots_);
  return shots;
}

std::vector<const Json*> FewshotSampler::draw(const std::vector<const Json*>& pool,
                                              std::size_t count) {
  std::vector<const Json*> drawn;
  for (const std::size_t i : random_.sample(pool.size(), count)) drawn.push_back(pool[i]);
  return drawn;
}

void FewshotSampler::check_pool(std::size_t num_rows, std::size_t needed,
                                std::string_view what) const {
  if (needed <= num_rows) return;
  throw UsageError(fmt::format("{}: {} shots need {} {}, but the {} split has {}", task_name_,
                               num_shots_, needed, what, split_name(pool_split_), num_rows));
}

}  // namespace lamina
