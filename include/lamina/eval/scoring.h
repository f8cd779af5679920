#pragma once
#include <functional>
#include <span>
#include <vector>

#include "lamina/dist/process_group.h"
#include "lamina/eval/request.h"
#include "lamina/eval/token_requests.h"
#include "lamina/model/decoder.h"

namespace lamina {

/// Requests that are likely to share a prefix: the choices of one question.
using RequestGroup = std::vector<TokenRequest>;

struct ScoringLimits {
  /// Maximum number of positions in a batch, padding included. Bounds the memory of KV caches and
  /// activations; only the requests of a single group may exceed it.
  std::int64_t batch_tokens = 16384;
};

/// Called on every rank, after each batch, with the number of requests scored so far. It assumes
/// that the other ranks have progressed as far as this one.
using ScoringProgress = std::function<void(std::int64_t num_scored)>;

/// Scores every request. Answers are in the order of the requests, group after group. Groups of
/// similar length are scored together, padded on the right, where causal attention hides the
/// padding. The prefix of all requests is computed once, the prefix of a group once per group, and
/// equal inputs with different scored tokens once.
/// Collective: every rank must call with equal arguments; the answers are equal on every rank and
/// for any number of ranks. Throws Stopped, on every rank, if any rank received a stop signal.
std::vector<Response> score_requests(const Decoder& model, std::span<const RequestGroup> groups,
                                     const ScoringLimits& limits, const ProcessGroup& group,
                                     const ScoringProgress& progress = {});

}  // namespace lamina
