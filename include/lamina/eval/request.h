#pragma once
#include <cstddef>
#include <string>
#include <vector>

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

}  // namespace lamina
