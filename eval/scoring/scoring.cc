#include "lamina/eval/scoring.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <optional>

#include "score_plan.h"
#include "stoppable_sum.h"

namespace lamina {
namespace {

/// A shorter prefix is cheaper to compute in every row than in a separate forward pass.
constexpr std::int64_t kMinSharedTokens = 16;

/// Inputs [begin, end) of the R lines: int64 (R, end - begin), padded with token 0.
at::Tensor padded_inputs(std::span<const Line* const> lines, std::int64_t begin, std::int64_t end) {
  at::Tensor tokens_RT = at::zeros({std::ssize(lines), end - begin}, at::kLong);
  auto* row = tokens_RT.data_ptr<std::int64_t>();
  for (const Line* line : lines) {
    const std::int64_t stop = std::min(end, std::ssize(line->inputs));
    std::copy(line->inputs.begin() + begin, line->inputs.begin() + stop, row);
    row += end - begin;
  }
  return tokens_RT;
}

/// The targets of the lines of a batch, as indices into the hidden states (R * width, D), where
/// each line has the inputs [begin, begin + width).
struct FlatTargets {
  FlatTargets(std::span<const Line* const> lines, std::int64_t begin, std::int64_t width);

  std::vector<std::int64_t> rows;       ///< of the hidden states; unique and ascending
  std::vector<std::int64_t> positions;  ///< of each target: index in `rows`
  std::vector<std::int64_t> tokens;
  std::vector<std::int64_t> requests;
};

FlatTargets::FlatTargets(std::span<const Line* const> lines, std::int64_t begin,
                         std::int64_t width) {
  for (std::int64_t line = 0; line < std::ssize(lines); ++line) {
    for (const Target& target : lines[static_cast<std::size_t>(line)]->targets) {
      const std::int64_t row = line * width + target.position - begin;
      if (rows.empty() || rows.back() != row) rows.push_back(row);
      positions.push_back(std::ssize(rows) - 1);
      tokens.push_back(target.token);
      requests.push_back(target.request);
    }
  }
}

/// Scores batches of one model. Keeps a reference to the model and the KV cache of the prefix that
/// all groups share; `score` forks it and leaves it unchanged.
class Scoring {
 public:
  /// Computes the prefix shared by all groups.
  Scoring(const Decoder& model, std::span<const LineGroup> groups);

  /// Adds the answers of the batch's requests to their columns of `answers`, float64 (2, requests):
  /// row 0 the log-likelihoods, row 1 the number of tokens that were not greedy.
  void score(const Batch& batch, at::Tensor& answers) const;

 private:
  std::optional<KvCache> fork_shared(const std::vector<std::int64_t>& rows,
                                     std::int64_t num_new_tokens) const;
  KvCache read_group_prefixes(const Batch& batch) const;
  at::Tensor read(const at::Tensor& tokens_RT, KvCache* cache) const;
  at::Tensor on_device(const std::vector<std::int64_t>& values) const;

  const Decoder& model_;
  std::int64_t num_shared_ = 0;    ///< length of the prefix of all lines; 0 if it is short
  std::optional<KvCache> shared_;  ///< of that prefix
};

Scoring::Scoring(const Decoder& model, std::span<const LineGroup> groups) : model_(model) {
  const std::int64_t shared = shared_by_all(groups);
  if (groups.size() < 2 || shared < kMinSharedTokens) return;
  const Line* any = &groups.front().lines.front();
  num_shared_ = shared;
  shared_.emplace(model.spec(), model.placement(), 1, shared);
  read(padded_inputs({&any, 1}, 0, shared), &*shared_);
}

at::Tensor Scoring::on_device(const std::vector<std::int64_t>& values) const {
  return at::tensor(values, at::kLong).to(model_.placement().device);
}

at::Tensor Scoring::read(const at::Tensor& tokens, KvCache* cache) const {
  return model_.hidden(tokens.to(model_.placement().device), cache);
}

std::optional<KvCache> Scoring::fork_shared(const std::vector<std::int64_t>& rows,
                                            std::int64_t num_new_tokens) const {
  if (!shared_) return {};
  return shared_->fork(on_device(rows), num_new_tokens);
}

/// KV cache of the prefixes of the batch's groups, one row per group.
KvCache Scoring::read_group_prefixes(const Batch& batch) const {
  std::vector<const Line*> firsts;
  for (const LineGroup* group : batch.groups) firsts.push_back(&group->lines.front());
  const std::int64_t num_new_tokens = batch.num_shared - num_shared_;
  auto cache = fork_shared(std::vector<std::int64_t>(firsts.size(), 0), num_new_tokens);
  if (!cache) cache.emplace(model_.spec(), model_.placement(), std::ssize(firsts), num_new_tokens);
  read(padded_inputs(firsts, num_shared_, batch.num_shared), &*cache);
  return std::move(*cache);
}

void Scoring::score(const Batch& batch, at::Tensor& answers) const {
  std::vector<const Line*> lines;
  std::vector<std::int64_t> group_of_line;
  for (std::size_t i = 0; i < batch.groups.size(); ++i) {
    for (const Line& line : batch.groups[i]->lines) {
      lines.push_back(&line);
      group_of_line.push_back(static_cast<std::int64_t>(i));
    }
  }
  const bool by_group =
      lines.size() > batch.groups.size() && batch.num_shared - num_shared_ >= kMinSharedTokens;
  const std::int64_t begin = by_group ? batch.num_shared : num_shared_, end = batch.longest;
  std::optional<KvCache> cache;
  if (by_group) {
    cache = read_group_prefixes(batch).fork(on_device(group_of_line), end - begin);
  } else {
    cache = fork_shared(std::vector<std::int64_t>(lines.size(), 0), end - begin);
  }
  const at::Tensor x_RTD = read(padded_inputs(lines, begin, end), cache ? &*cache : nullptr);
  const FlatTargets targets(lines, begin, end - begin);
  const TargetScores scores = model_.head().scores(
      x_RTD.flatten(0, 1).index_select(0, on_device(targets.rows)),
      at::tensor(targets.positions, at::kLong), at::tensor(targets.tokens, at::kLong));
  const at::Tensor added = at::stack({scores.log_probabilities_N.to(at::kDouble),
                                      scores.is_greedy_N.logical_not().to(at::kDouble)});
  answers.index_add_(1, at::tensor(targets.requests, at::kLong), added.cpu());
}

std::int64_t count_requests(std::span<const RequestGroup> groups) {
  std::int64_t count = 0;
  for (const RequestGroup& group : groups) count += std::ssize(group);
  return count;
}

std::vector<Response> to_responses(const at::Tensor& answers) {
  const auto at = answers.accessor<double, 2>();
  std::vector<Response> responses;
  for (std::int64_t i = 0; i < answers.size(1); ++i) responses.push_back({at[0][i], at[1][i] == 0});
  return responses;
}

}  // namespace

std::vector<Response> score_requests(const Decoder& model, std::span<const RequestGroup> groups,
                                     const ScoringLimits& limits, const ProcessGroup& group,
                                     const ScoringProgress& progress) {
  const at::NoGradGuard no_gradients;
  const std::vector<LineGroup> lines = make_lines(groups);
  const std::vector<Batch> batches = plan_batches(lines, limits.batch_tokens);
  const Scoring scoring(model, lines);
  at::Tensor answers = at::zeros({2, count_requests(groups)}, at::kDouble);
  std::int64_t num_scored = 0;
  for (std::size_t i = 0; i < batches.size() && !group.stop_requested(); ++i) {
    if (static_cast<int>(i % static_cast<std::size_t>(group.size())) == group.rank()) {
      scoring.score(batches[i], answers);
    }
    num_scored += batches[i].num_requests;
    if (progress) progress(num_scored);
  }
  return to_responses(stoppable_sum(answers, model.placement(), group));
}

}  // namespace lamina
