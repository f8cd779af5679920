#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace lamina {

/// What a task asks of a model, in lm-evaluation-harness's terms: log p(continuation | context).
/// A rolling request has its whole text in `context` and no continuation.
struct Request {
  std::string context;
  std::string continuation;
};

/// `log_likelihood` in nats, summed over the continuation's tokens (or the text's); `is_greedy`:
/// every one of them was the likeliest.
struct Response {
  double log_likelihood = 0;
  bool is_greedy = false;
};

/// Answers of damaged weights, or of a model that diverged.
inline std::int64_t num_nonfinite(std::span<const Response> responses) {
  std::int64_t count = 0;
  for (const Response& response : responses) count += !std::isfinite(response.log_likelihood);
  return count;
}

}  // namespace lamina
