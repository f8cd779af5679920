#include "lamina/train/trainer.h"

#include <ATen/ATen.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "checkpoint_agreement.h"
#include "lamina/config/difference.h"
#include "lamina/core/error.h"
#include "lamina/dist/agreement.h"
#include "lamina/optim/gradients.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

void check_shares(const TrainSettings& train, int num_ranks) {
  if (train.batch_sequences < num_ranks) {
    throw SettingError("batch_sequences",
                       fmt::format("got {}; expected at least {}, one for each rank",
                                   train.batch_sequences, num_ranks));
  }
}

/// Whether the value of an identity is the YAML of a section.
bool is_section(const Json& value) {
  return value.is_string() && value.get<std::string>().ends_with('\n');
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "unset";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The first setting of the key or section that differs; none if all are equal.
std::optional<SettingDifference> identity_difference(const std::string& key, const Json& before,
                                                     const Json& now) {
  if (before == now) return std::nullopt;
  if (!is_section(before) || !is_section(now)) {
    return SettingDifference{key, value_text(before), value_text(now)};
  }
  auto difference = first_difference(parse_yaml(before.get<std::string>(), key),
                                     parse_yaml(now.get<std::string>(), key));
  if (difference) difference->key = fmt::format("{}.{}", key, difference->key);
  return difference;
}

/// Null if the key is absent.
Json value_at(const RunIdentity& identity, const std::string& key) {
  const auto found = std::ranges::find(identity, key, &RunIdentity::value_type::first);
  return found == identity.end() ? Json() : found->second;
}

/// Says which checkpoint is left if saving one has failed.
std::string kept_checkpoint_text(const RunFolder& run_folder) {
  const auto checkpoints = run_folder.list_checkpoints();
  if (checkpoints.empty()) return "no earlier checkpoint exists";
  return fmt::format("the previous checkpoint is kept: {}", checkpoints.front().string());
}

}  // namespace

Trainer::Trainer(const TrainSettings& train, const OptimizerSettings& optimizer,
                 const TrainingParts& parts)
    : train_(train),
      optimization_(optimizer),
      parts_(parts),
      optimizer_(make_optimizer(parts.model.parameter_store(), optimizer)),
      reducer_(values_of(parts.model.parameters()), parts.group),
      sequence_length_(parts.data.sequence_length()),
      num_steps_((train.tokens + tokens_per_step() - 1) / tokens_per_step()) {
  check_shares(train, parts.group.size());
}

std::int64_t Trainer::tokens_per_step() const { return train_.batch_sequences * sequence_length_; }

at::Tensor Trainer::accumulate_gradients(const MicroBatchProgress& progress) {
  const Share share = share_of(train_.batch_sequences, parts_.group.rank(), parts_.group.size());
  const std::int64_t first = state_.step * train_.batch_sequences + share.begin;
  // The reducer averages over the ranks, so each rank scales its part of the sum by their number.
  const double scale = parts_.group.size() / static_cast<double>(tokens_per_step());
  const std::int64_t size = train_.micro_batch_sequences;
  const std::int64_t num_micro_batches = (share.count + size - 1) / size;
  at::Tensor loss = at::zeros({}, parts_.model.placement().master_options());
  for (std::int64_t i = 0; i < num_micro_batches; ++i) {
    // A rank that stops early answers yes here and all drop the step; others answer at their last
    // one.
    const bool is_last = i + 1 == num_micro_batches, stop = parts_.group.stop_requested();
    // Each rank takes part in exactly one any_rank per step, which overlaps with its forward pass.
    AnyRank any_stops;
    if (is_last || stop) any_stops = parts_.group.any_rank(stop);
    if (stop && any_stops.wait()) return {};
    const std::int64_t count = std::min(size, share.count - i * size);
    const at::Tensor tokens =
        parts_.data.samples(first + i * size, count).to(parts_.model.placement().device);
    const at::Tensor micro_loss = parts_.model.loss(tokens, scale);
    if (is_last && any_stops.wait()) return {};
    if (is_last) reducer_.reduce_in_next_backward();
    micro_loss.backward();
    loss.add_(micro_loss.detach());
    if (progress) progress(i + 1, num_micro_batches);
  }
  return loss;
}

StepResult Trainer::step(const MicroBatchProgress& progress) {
  // The schedule is a function of the tokens seen after this step, so the last step has its end
  // value.
  StepResult result;
  result.learning_rate = learning_rate_at(optimization_.schedule,
                                          static_cast<double>(state_.tokens + tokens_per_step()),
                                          static_cast<double>(num_steps_ * tokens_per_step()));
  const auto& parameters = parts_.model.parameters();
  const at::Tensor loss = accumulate_gradients(progress);
  if (!loss.defined()) {
    clear_gradients(parameters);
    result.whole = false;
    result.stop = true;
    return result;
  }
  result.gradient_norm = clip_gradients(parameters, optimization_.clip_norm).item<double>();
  result.applied = std::isfinite(result.gradient_norm);
  if (result.applied) optimizer_.step(result.learning_rate);
  clear_gradients(parameters);

  // One all-reduce and one copy to the CPU for both: the loss, and the number of ranks that stop.
  const at::Tensor sums =
      at::stack({loss, at::full_like(loss, parts_.group.stop_requested() ? 1 : 0)});
  parts_.group.all_reduce_sum(sums);
  const at::Tensor on_cpu = sums.cpu();
  result.loss = on_cpu[0].item<double>() / parts_.group.size();  // undoes `scale`
  result.stop = on_cpu[1].item<double>() > 0;

  state_.step += 1;
  state_.tokens += tokens_per_step();
  state_.skipped_steps += result.applied ? 0 : 1;
  state_.skipped_in_row = result.applied ? 0 : state_.skipped_in_row + 1;
  return result;
}

void Trainer::compare_identity(const RunIdentity& saved, const fs::path& folder) const {
  for (const auto& [key, value] : state_.identity) {
    const auto difference = identity_difference(key, value_at(saved, key), value);
    if (!difference) continue;
    throw Error(fmt::format(
        "{}: belongs to another run: {}; choose another name, or remove the folder to start over",
        folder.string(), difference->text()));
  }
}

bool Trainer::resume(const RunFolder& run_folder) {
  auto chosen =
      agree_on_checkpoint(run_folder, parts_.group, [&](const AgreedCheckpoint& candidate) {
        compare_identity(candidate.state.identity, candidate.folder);
      });
  if (!chosen) return false;
  load_checkpoint(chosen->folder, chosen->state, parts_.model, optimizer_);
  state_ = std::move(chosen->state);
  return true;
}

double Trainer::wall_seconds() const {
  return state_.wall_seconds + monotonic_seconds() - start_seconds_;
}

void Trainer::save(const RunFolder& run_folder) const {
  require_agreement(parts_.group, {{"step", state_.step},
                                   {"tokens", state_.tokens},
                                   {"skipped steps", state_.skipped_steps},
                                   {"optimizer steps", optimizer_.num_steps()}});
  if (parts_.group.is_first()) {
    TrainingState state = state_;
    state.optimizer_steps = optimizer_.num_steps();
    state.wall_seconds = wall_seconds();
    run_folder.remove_partial_checkpoints();
    try {
      save_checkpoint(run_folder.checkpoint(state.step), parts_.model, optimizer_, state,
                      tokenizer_);
    } catch (const Error& error) {
      throw Error(fmt::format("{}; {}", error.what(), kept_checkpoint_text(run_folder)));
    }
    const auto checkpoints = run_folder.list_checkpoints();
    for (std::size_t i = static_cast<std::size_t>(train_.keep_checkpoints); i < checkpoints.size();
         ++i) {
      fs::remove_all(checkpoints[i]);
    }
  }
  parts_.group.barrier();
}

}  // namespace lamina
