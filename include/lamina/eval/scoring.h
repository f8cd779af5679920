#pragma once
#include <functional>
#include <span>
#include <vector>

#include "lamina/dist/process_group.h"
#include "lamina/eval/request.h"
#include "lamina/eval/token_requests.h"
#include "lamina/model/decoder.h"

namespace lamina {

/// Requests that are likely to begin alike: the choices of one question.
using RequestGroup = std::vector<TokenRequest>;

struct ScoringLimits {
  /// Positions that a batch holds, in its KV caches or its rows, padding included: a bound of
  /// memory that only a single document's requests may exceed.
  std::int64_t batch_tokens = 16384;
};

/// Told, on every rank, how many of the requests have been scored, the other ranks' share taken to
/// be as far as one's own.
using ScoringProgress = std::function<void(std::int64_t num_scored)>;

/// Collective. Scores every request; the answers lie in the order of the requests, group after
/// group, and are the same on every rank and at any number of ranks. Groups of about the same
/// length are scored together, padded on their right, where causal attention keeps padding from
/// being seen. What all requests begin with is read once for all; what the requests of a group
/// begin with, once a group; equal inputs once, whatever is asked behind them.
/// Throws Stopped, on every rank, where one is asked to stop meanwhile.
std::vector<Response> score_requests(const Decoder& model, std::span<const RequestGroup> groups,
                                     const ScoringLimits& limits, const ProcessGroup& group,
                                     const ScoringProgress& progress = {});

}  // namespace lamina
