#include "lamina/dist/gradient_reducer.h"

#include <torch/csrc/distributed/c10d/reducer.hpp>

#include <algorithm>

namespace lamina {
namespace {

constexpr std::size_t kFirstBucketBytes = 1 << 20;  // small: the first all-reduce starts early
constexpr std::size_t kBucketBytes = 25 << 20;

}  // namespace

GradientReducer::GradientReducer(const std::vector<at::Tensor>& parameters,
                                 const ProcessGroup& group) {
  if (group.size() == 1) return;
  auto buckets = std::get<0>(
      c10d::compute_bucket_assignment_by_size(parameters, {kFirstBucketBytes, kBucketBytes}));
  // The backward pass computes the gradients of the last layer first.
  std::reverse(buckets.begin(), buckets.end());
  reducer_ = std::make_unique<c10d::Reducer>(
      parameters, std::move(buckets), group.backend(), std::vector<bool>(parameters.size(), false),
      static_cast<std::int64_t>(kBucketBytes), /*find_unused_parameters=*/false,
      /*gradient_as_bucket_view=*/true, std::unordered_map<std::size_t, std::string>{},
      static_cast<std::int64_t>(kFirstBucketBytes), /*skip_all_reduce_unused_params=*/false,
      /*use_python_reducer=*/false, std::vector<std::int64_t>{});
}

GradientReducer::~GradientReducer() = default;

void GradientReducer::reduce_in_next_backward() {
  if (!reducer_) return;
  reducer_->prepare_for_forward();
  reducer_->prepare_for_backward({});
}

}  // namespace lamina
