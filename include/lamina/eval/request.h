#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace lamina {

/// A question to a model, in the terms of lm-evaluation-harness: log p(continuation | context).
/// A rolling request has its whole text in `context` and an empty continuation.
struct Request {
  std::string context;
  std::string continuation;
};

/// The answer to a request. `log_likelihood` is in nats, summed over the tokens of the continuation
/// (of the text, if rolling); `is_greedy`: each of these tokens had the highest probability.
struct Response {
  double log_likelihood = 0;
  bool is_greedy = false;
};

/// Number of answers that are NaN or infinite, as damaged weights or a diverged model give them.
inline std::int64_t num_nonfinite(std::span<const Response> responses) {
  std::int64_t count = 0;
  for (const Response& response : responses) count += !std::isfinite(response.log_likelihood);
  return count;
}

}  // namespace lamina
